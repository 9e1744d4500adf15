with

landing as (
    select * from {{ source('alkemio_landing', 'knowledge_base') }}
),

final as (
    select
        id,
        "createdDate",
        "updatedDate",
        version,
        "authorizationId",
        "profileId",
        "calloutsSetId"
    from landing
)

select * from final
