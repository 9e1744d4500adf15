with

landing as (
    select * from {{ source('alkemio_landing', 'ai_server') }}
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
