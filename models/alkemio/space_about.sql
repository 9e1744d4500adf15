with

landing as (
    select * from {{ source('alkemio_landing', 'space_about') }}
),

final as (
    select
        id,
        "createdDate",
        "updatedDate",
        version,
        why,
        who,
        "authorizationId",
        "profileId",
        "guidelinesId"
    from landing
)

select * from final
