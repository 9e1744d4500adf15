with

landing as (
    select * from {{ source('alkemio_landing', 'license') }}
),

final as (
    select
        id,
        "createdDate",
        "updatedDate",
        version,
        type,
        "authorizationId"
    from landing
)

select * from final
