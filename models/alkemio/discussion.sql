with

landing as (
    select * from {{ source('alkemio_landing', 'discussion') }}
),

final as (
    select
        id,
        "createdDate",
        "updatedDate",
        version,
        "nameID",
        category,
        "createdBy",
        privacy,
        "authorizationId",
        "profileId",
        "commentsId",
        "forumId"
    from landing
)

select * from final
