with

landing as (
    select * from {{ source('alkemio_landing', 'license_plan') }}
),

final as (
    select
        id,
        "createdDate",
        "updatedDate",
        version,
        name,
        enabled,
        "sortOrder",
        "pricePerMonth",
        "isFree",
        "trialEnabled",
        "requiresPaymentMethod",
        "requiresContactSupport",
        "licenseCredential",
        type,
        "assignToNewOrganizationAccounts",
        "assignToNewUserAccounts",
        "licensingFrameworkId"
    from landing
)

select * from final
