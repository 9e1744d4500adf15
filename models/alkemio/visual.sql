with

landing as (
    select * from {{ source('alkemio_landing', 'visual') }}
),

final as (
    select
        id,
        "createdDate",
        "updatedDate",
        version,
        name,
        uri,
        "minWidth",
        "maxWidth",
        "minHeight",
        "maxHeight",
        "aspectRatio",
        "allowedTypes",
        "alternativeText",
        "authorizationId",
        "profileId"
    from landing
)

select * from final
