with

landing as (
    select * from {{ source('alkemio_landing', 'organization_verification') }}
),

final as (
    select
        id,
        "createdDate",
        "updatedDate",
        version,
        "organizationID",
        status,
        "authorizationId",
        "lifecycleId"
    from landing
)

select * from final
