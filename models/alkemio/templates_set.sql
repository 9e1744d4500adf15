with

landing as (
    select * from {{ source('alkemio_landing', 'templates_set') }}
),

final as (
    select
        id,
        "createdDate",
        "updatedDate",
        version,
        "authorizationId"
    from landing
)

select * from final
