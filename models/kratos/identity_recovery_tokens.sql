with

landing as (
    select * from {{ source('kratos_landing', 'identity_recovery_tokens') }}
),

final as (
    select
        id,
        token,
        used,
        used_at,
        identity_recovery_address_id,
        selfservice_recovery_flow_id,
        created_at,
        updated_at,
        expires_at,
        issued_at,
        nid,
        identity_id,
        token_type
    from landing
)

select * from final
