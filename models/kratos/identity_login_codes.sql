with

landing as (
    select * from {{ source('kratos_landing', 'identity_login_codes') }}
),

final as (
    select
        id,
        code,
        address,
        address_type,
        used_at,
        expires_at,
        issued_at,
        selfservice_login_flow_id,
        identity_id,
        created_at,
        updated_at,
        nid
    from landing
)

select * from final
