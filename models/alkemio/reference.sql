with

landing as (
    select * from {{ source('alkemio_landing', 'reference') }}
),

final as (
    select
        id,
        "createdDate",
        "updatedDate",
        version,
        name,
        uri,
        description,
        "authorizationId",
        "profileId"
    from landing
)

select * from final
