with

landing as (
    select * from {{ source('alkemio_landing', 'template_content_space') }}
),

final as (
    select
        id,
        "createdDate",
        "updatedDate",
        version,
        "rowId",
        settings,
        level,
        "authorizationId",
        "parentSpaceId",
        "collaborationId",
        "aboutId"
    from landing
)

select * from final
