with

landing as (
    select * from {{ source('alkemio_landing', 'licensing_framework') }}
),

final as (
    select
        id,
        "createdDate",
        "updatedDate",
        version,
        "authorizationId",
        "licensePolicyId"
    from landing
)

select * from final
