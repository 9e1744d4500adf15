with

landing as (
    select * from {{ source('alkemio_landing', 'forum') }}
),

final as (
    select
        id,
        "createdDate",
        "updatedDate",
        version,
        "discussionCategories",
        "authorizationId"
    from landing
)

select * from final
