with

landing as (
    select * from {{ source('alkemio_landing', 'whiteboard') }}
),

final as (
    select
        id,
        "createdDate",
        "updatedDate",
        version,
        "nameID",
        content,
        "createdBy",
        "contentUpdatePolicy",
        "previewSettings",
        "authorizationId",
        "profileId"
    from landing
)

select * from final
