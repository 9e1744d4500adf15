with

landing as (
    select * from {{ source('alkemio_landing', 'ai_persona') }}
),

final as (
    select
        id,
        "createdDate",
        "updatedDate",
        version,
        engine,
        prompt,
        "externalConfig",
        "bodyOfKnowledgeLastUpdated",
        "promptGraph",
        "authorizationId",
        "aiServerId"
    from landing
)

select * from final
