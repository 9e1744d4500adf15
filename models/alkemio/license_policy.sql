with

landing as (
    select * from {{ source('alkemio_landing', 'license_policy') }}
),

final as (
    select
        id,
        "createdDate",
        "updatedDate",
        version,
        "credentialRules",
        "authorizationId"
    from landing
)

select * from final
