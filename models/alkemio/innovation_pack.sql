with

landing as (
    select * from {{ source('alkemio_landing', 'innovation_pack') }}
),

final as (
    select
        id,
        "createdDate",
        "updatedDate",
        version,
        "nameID",
        "listedInStore",
        "searchVisibility",
        "authorizationId",
        "profileId",
        "accountId",
        "templatesSetId"
    from landing
)

select * from final
