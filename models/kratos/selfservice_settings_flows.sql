with

landing as (
    select * from {{ source('kratos_landing', 'selfservice_settings_flows') }}
),

final as (
    select
        id,
        request_url,
        issued_at,
        expires_at,
        identity_id,
        created_at,
        updated_at,
        active_method,
        state,
        type,
        ui,
        nid,
        internal_context
    from landing
)

select * from final
