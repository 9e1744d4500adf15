with

landing as (
    select * from {{ source('alkemio_landing', 'organization') }}
),

final as (
    select
        id,
        "createdDate",
        "updatedDate",
        version,
        "nameID",
        "communicationID",
        "accountID",
        settings,
        "rowId",
        "legalEntityName",
        domain,
        website,
        "contactEmail",
        "authorizationId",
        "profileId",
        "agentId",
        "verificationId",
        "storageAggregatorId",
        "roleSetId"
    from landing
)

select * from final
