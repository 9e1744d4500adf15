with

landing as (
    select * from {{ source('kratos_landing', 'identity_credentials') }}
),

final as (
    select
        id,
        config,
        identity_credential_type_id,
        identity_id,
        created_at,
        updated_at,
        nid,
        version
    from landing
)

select * from final
