with

landing as (
    select * from {{ source('kratos_landing', 'identity_credential_types') }}
),

final as (
    select
        id,
        name
    from landing
)

select * from final
