with

landing as (
    select * from {{ source('alkemio_landing', 'template_default') }}
),

final as (
    select
        id,
        "createdDate",
        "updatedDate",
        version,
        type,
        "allowedTemplateType",
        "authorizationId",
        "templatesManagerId",
        "templateId"
    from landing
)

select * from final
