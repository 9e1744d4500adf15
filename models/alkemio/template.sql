with

landing as (
    select * from {{ source('alkemio_landing', 'template') }}
),

final as (
    select
        id,
        "createdDate",
        "updatedDate",
        version,
        "nameID",
        type,
        "postDefaultDescription",
        "authorizationId",
        "profileId",
        "templatesSetId",
        "communityGuidelinesId",
        "calloutId",
        "whiteboardId",
        "contentSpaceId"
    from landing
)

select * from final
