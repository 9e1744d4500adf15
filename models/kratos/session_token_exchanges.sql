with

landing as (
    select * from {{ source('kratos_landing', 'session_token_exchanges') }}
),

final as (
    select
        id,
        nid,
        flow_id,
        session_id,
        init_code,
        return_to_code,
        created_at,
        updated_at
    from landing
)

select * from final
