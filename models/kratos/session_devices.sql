with

landing as (
    select * from {{ source('kratos_landing', 'session_devices') }}
),

final as (
    select
        id,
        ip_address,
        user_agent,
        location,
        nid,
        session_id,
        created_at,
        updated_at
    from landing
)

select * from final
