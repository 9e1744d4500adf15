with

landing as (
    select * from {{ source('kratos_landing', 'selfservice_errors') }}
),

final as (
    select
        id,
        errors,
        seen_at,
        was_seen,
        created_at,
        updated_at,
        csrf_token,
        nid
    from landing
)

select * from final
