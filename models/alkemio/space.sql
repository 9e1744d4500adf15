with

landing as (
    select * from {{ source('alkemio_landing', 'space') }}
),

final as (
    select
        id,
        "createdDate",
        "updatedDate",
        version,
        "nameID",
        "rowId",
        settings,
        "platformRolesAccess",
        "levelZeroSpaceID",
        level,
        visibility,
        "authorizationId",
        "parentSpaceId",
        "accountId",
        "collaborationId",
        "aboutId",
        "communityId",
        "agentId",
        "storageAggregatorId",
        "templatesManagerId",
        "licenseId"
    from landing
)

select * from final
