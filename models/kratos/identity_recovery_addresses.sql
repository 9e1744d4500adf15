with

landing as (
    select * from {{ source('kratos_landing', 'identity_recovery_addresses') }}
),

final as (
    select
        id,
        via,
        value,
        identity_id,
        created_at,
        updated_at,
        nid
    from landing
)

select * from final
