with

landing as (
    select * from {{ source('alkemio_landing', 'nvp') }}
),

final as (
    select
        id,
        "createdDate",
        "updatedDate",
        version,
        name,
        value,
        "sortOrder"
    from landing
)

select * from final
