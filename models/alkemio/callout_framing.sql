with

landing as (
    select * from {{ source('alkemio_landing', 'callout_framing') }}
),

final as (
    select
        id,
        "createdDate",
        "updatedDate",
        version,
        type,
        "authorizationId",
        "profileId",
        "whiteboardId",
        "linkId",
        "memoId"
    from landing
)

select * from final
