with

landing as (
    select * from {{ source('alkemio_landing', 'callout_contribution') }}
),

final as (
    select
        id,
        "createdDate",
        "updatedDate",
        version,
        "createdBy",
        type,
        "sortOrder",
        "authorizationId",
        "whiteboardId",
        "memoId",
        "postId",
        "linkId",
        "calloutId"
    from landing
)

select * from final
