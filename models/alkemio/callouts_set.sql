with

landing as (
    select * from {{ source('alkemio_landing', 'callouts_set') }}
),

final as (
    select
        id,
        "createdDate",
        "updatedDate",
        version,
        type,
        "authorizationId",
        "tagsetTemplateSetId"
    from landing
)

select * from final
