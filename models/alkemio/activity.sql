with

landing as (
    select * from {{ source('alkemio_landing', 'activity') }}
),

final as (
    select
        id,
        "createdDate",
        "updatedDate",
        version,
        "rowId",
        "triggeredBy",
        "resourceID",
        "parentID",
        "collaborationID",
        "messageID",
        visibility,
        description,
        type
    from landing
)

select * from final
