with

landing as (
    select * from {{ source('alkemio_landing', 'platform') }}
),

final as (
    select
        id,
        "createdDate",
        "updatedDate",
        version,
        settings,
        "wellKnownVirtualContributors",
        "authorizationId",
        "forumId",
        "libraryId",
        "templatesManagerId",
        "storageAggregatorId",
        "licensingFrameworkId",
        "roleSetId"
    from landing
)

select * from final
