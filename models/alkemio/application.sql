with

landing as (
    select * from {{ source('alkemio_landing', 'application') }}
),

final as (
    select
        id,
        "createdDate",
        "updatedDate",
        version,
        "authorizationId",
        "lifecycleId",
        "userId",
        "roleSetId"
    from landing
)

select * from final
