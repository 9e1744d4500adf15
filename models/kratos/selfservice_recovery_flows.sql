with

landing as (
    select * from {{ source('kratos_landing', 'selfservice_recovery_flows') }}
),

final as (
    select
        id,
        request_url,
        issued_at,
        expires_at,
        active_method,
        csrf_token,
        state,
        recovered_identity_id,
        created_at,
        updated_at,
        type,
        ui,
        nid,
        submit_count,
        skip_csrf_check
    from landing
)

select * from final
