with

landing as (
    select * from {{ source('kratos_landing', 'selfservice_verification_flows') }}
),

final as (
    select
        id,
        request_url,
        issued_at,
        expires_at,
        csrf_token,
        created_at,
        updated_at,
        type,
        state,
        active_method,
        ui,
        nid,
        submit_count,
        oauth2_login_challenge,
        session_id,
        identity_id,
        authentication_methods
    from landing
)

select * from final
