with

landing as (
    select * from {{ source('kratos_landing', 'continuity_containers') }}
),

final as (
    select
        id,
        identity_id,
        name,
        payload,
        expires_at,
        created_at,
        updated_at,
        nid
    from landing
)

select * from final
