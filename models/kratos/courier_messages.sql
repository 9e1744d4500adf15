with

landing as (
    select * from {{ source('kratos_landing', 'courier_messages') }}
),

final as (
    select
        id,
        type,
        status,
        body,
        subject,
        recipient,
        created_at,
        updated_at,
        template_type,
        template_data,
        nid,
        send_count,
        channel
    from landing
)

select * from final
