with

landing as (
    select * from {{ source('alkemio_landing', 'tagset') }}
),

final as (
    select
        id,
        "createdDate",
        "updatedDate",
        version,
        name,
        type,
        tags,
        "authorizationId",
        "profileId",
        "classificationId",
        "tagsetTemplateId"
    from landing
)

select * from final
