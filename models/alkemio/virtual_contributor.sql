with

landing as (
    select * from {{ source('alkemio_landing', 'virtual_contributor') }}
),

final as (
    select
        id,
        "createdDate",
        "updatedDate",
        version,
        "nameID",
        "communicationID",
        "rowId",
        settings,
        "platformSettings",
        "aiPersonaID",
        "bodyOfKnowledgeID",
        "promptGraphDefinition",
        "listedInStore",
        "searchVisibility",
        "dataAccessMode",
        "interactionModes",
        "bodyOfKnowledgeType",
        "bodyOfKnowledgeDescription",
        "authorizationId",
        "profileId",
        "agentId",
        "accountId",
        "knowledgeBaseId"
    from landing
)

select * from final
