with

landing as (
    select * from {{ source('alkemio_landing', 'innovation_hub') }}
),

final as (
    select
        id,
        "createdDate",
        "updatedDate",
        version,
        "nameID",
        subdomain,
        type,
        "spaceVisibilityFilter",
        "spaceListFilter",
        "listedInStore",
        "searchVisibility",
        "authorizationId",
        "profileId",
        "accountId"
    from landing
)

select * from final
