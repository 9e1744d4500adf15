with

landing as (
    select * from {{ source('alkemio_landing', 'form') }}
),

final as (
    select
        id,
        "createdDate",
        "updatedDate",
        version,
        questions,
        description
    from landing
)

select * from final
