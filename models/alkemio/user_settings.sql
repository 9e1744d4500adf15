with

landing as (
    select * from {{ source('alkemio_landing', 'user_settings') }}
),

final as (
    select
        id,
        "createdDate",
        "updatedDate",
        version,
        communication,
        privacy,
        notification,
        "authorizationId"
    from landing
)

select * from final
