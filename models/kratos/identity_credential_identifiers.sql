with

landing as (
    select * from {{ source('kratos_landing', 'identity_credential_identifiers') }}
),

final as (
    select
        id,
        identifier,
        identity_credential_id,
        created_at,
        updated_at,
        nid,
        identity_credential_type_id
    from landing
)

select * from final
