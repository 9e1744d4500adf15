with

landing as (
    select * from {{ source('alkemio_landing', 'link') }}
),

final as (
    select
        id,
        "createdDate",
        "updatedDate",
        version,
        uri,
        "authorizationId",
        "profileId"
    from landing
)

select * from final
