with

landing as (
    select * from {{ source('kratos_landing', 'identity_verification_codes') }}
),

final as (
    select
        id,
        code_hmac,
        used_at,
        identity_verifiable_address_id,
        expires_at,
        issued_at,
        selfservice_verification_flow_id,
        created_at,
        updated_at,
        nid
    from landing
)

select * from final
