with

landing as (
    select * from {{ source('alkemio_landing', 'user') }}
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
        "rowId",
        "accountUpn",
        "firstName",
        "lastName",
        email,
        phone,
        "serviceProfile",
        "authorizationId",
        "profileId",
        "agentId",
        "settingsId",
        "storageAggregatorId",
        "conversationsSetId"
    from landing
)

select * from final
