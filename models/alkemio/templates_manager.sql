with

landing as (
    select * from {{ source('alkemio_landing', 'templates_manager') }}
),

final as (
    select
        id,
        "createdDate",
        "updatedDate",
        version,
        "authorizationId",
        "templatesSetId"
    from landing
)

select * from final
