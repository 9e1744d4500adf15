with

landing as (
    select * from {{ source('kratos_landing', 'selfservice_registration_flows') }}
),

final as (
    select
        id,
        request_url,
        issued_at,
        expires_at,
        active_method,
        csrf_token,
        created_at,
        updated_at,
        type,
        ui,
        nid,
        internal_context,
        oauth2_login_challenge,
        oauth2_login_challenge_data,
        state,
        submit_count,
        organization_id
    from landing
)

select * from final
