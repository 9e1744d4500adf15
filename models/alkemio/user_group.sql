with

landing as (
    select * from {{ source('alkemio_landing', 'user_group') }}
),

final as (
    select
        id,
        "createdDate",
        "updatedDate",
        version,
        "authorizationId",
        "profileId",
        "organizationId",
        "communityId"
    from landing
)

select * from final
