with

landing as (
    select * from {{ source('kratos_landing', 'courier_message_dispatches') }}
),

final as (
    select
        id,
        message_id,
        status,
        error,
        nid,
        created_at,
        updated_at
    from landing
)

select * from final
