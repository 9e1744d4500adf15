with

landing as (
    select * from {{ source('alkemio_landing', 'callout') }}
),

final as (
    select
        id,
        "createdDate",
        "updatedDate",
        version,
        "nameID",
        "isTemplate",
        "createdBy",
        settings,
        "sortOrder",
        "publishedBy",
        "publishedDate",
        "authorizationId",
        "framingId",
        "classificationId",
        "contributionDefaultsId",
        "commentsId",
        "calloutsSetId"
    from landing
)

select * from final
