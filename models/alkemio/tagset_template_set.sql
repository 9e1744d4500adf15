with

landing as (
    select * from {{ source('alkemio_landing', 'tagset_template_set') }}
),

final as (
    select
        id,
        "createdDate",
        "updatedDate",
        version
    from landing
)

select * from final
