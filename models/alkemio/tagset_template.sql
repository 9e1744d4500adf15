with

landing as (
    select * from {{ source('alkemio_landing', 'tagset_template') }}
),

final as (
    select
        id,
        "createdDate",
        "updatedDate",
        version,
        name,
        type,
        "allowedValues",
        "defaultSelectedValue",
        "tagsetTemplateSetId"
    from landing
)

select * from final
