with

landing as (
    select * from {{ source('alkemio_landing', 'license_entitlement') }}
),

final as (
    select
        id,
        "createdDate",
        "updatedDate",
        version,
        type,
        "dataType",
        "limit",
        enabled,
        "licenseId"
    from landing
)

select * from final
