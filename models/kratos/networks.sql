with

landing as (
    select * from {{ source('kratos_landing', 'networks') }}
),

final as (
    select
        id,
        created_at,
        updated_at
    from landing
)

select * from final
