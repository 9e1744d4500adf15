with

landing as (
    select * from {{ source('kratos_landing', 'identity_verification_tokens') }}
),

final as (
    select
        id,
        token,
        used,
        used_at,
        expires_at,
        issued_at,
        identity_verifiable_address_id,
        selfservice_verification_flow_id,
        created_at,
        updated_at,
        nid
    from landing
)

select * from final
