with

landing as (
    select * from {{ source('kratos_landing', 'identity_recovery_codes') }}
),

final as (
    select
        id,
        code,
        used_at,
        identity_recovery_address_id,
        code_type,
        expires_at,
        issued_at,
        selfservice_recovery_flow_id,
        created_at,
        updated_at,
        nid,
        identity_id
    from landing
)

select * from final
