with

landing as (
    select * from {{ source('alkemio_landing', 'community_guidelines') }}
),

final as (
    select
        id,
        "createdDate",
        "updatedDate",
        version,
        "authorizationId",
        "profileId"
    from landing
)

select * from final
