with

landing as (
    select * from {{ source('alkemio_landing', 'communication') }}
),

final as (
    select
        id,
        "createdDate",
        "updatedDate",
        version,
        "spaceID",
        "displayName",
        "authorizationId",
        "updatesId"
    from landing
)

select * from final
