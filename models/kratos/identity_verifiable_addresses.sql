with

landing as (
    select * from {{ source('kratos_landing', 'identity_verifiable_addresses') }}
),

final as (
    select
        id,
        status,
        via,
        verified,
        value,
        verified_at,
        identity_id,
        created_at,
        updated_at,
        nid
    from landing
)

select * from final
