with

landing as (
    select * from {{ source('alkemio_landing', 'conversations_set') }}
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
