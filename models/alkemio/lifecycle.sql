with

landing as (
    select * from {{ source('alkemio_landing', 'lifecycle') }}
),

final as (
    select
        id,
        "createdDate",
        "updatedDate",
        version,
        "machineState"
    from landing
)

select * from final
