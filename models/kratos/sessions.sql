with

landing as (
    select * from {{ source('kratos_landing', 'sessions') }}
),

final as (
    select
        id,
        issued_at,
        expires_at,
        authenticated_at,
        identity_id,
        created_at,
        updated_at,
        token,
        active,
        nid,
        logout_token,
        aal,
        authentication_methods
    from landing
)

select * from final
