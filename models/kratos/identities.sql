with

landing as (
    select * from {{ source('kratos_landing', 'identities') }}
),

final as (
    select
        id,
        schema_id,
        traits,
        created_at,
        updated_at,
        nid,
        state,
        state_changed_at,
        metadata_public,
        metadata_admin,
        available_aal,
        organization_id
    from landing
)

select * from final
