with

landing as (
    select * from {{ source('alkemio_landing', 'conversation') }}
),

final as (
    select
        id,
        "createdDate",
        "updatedDate",
        version,
        type,
        "userID",
        "virtualContributorID",
        "wellKnownVirtualContributor",
        "authorizationId",
        "conversationsSetId",
        "roomId"
    from landing
)

select * from final
