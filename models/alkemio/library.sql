with

landing as (
    select * from {{ source('alkemio_landing', 'library') }}
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
