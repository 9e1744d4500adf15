with

landing as (
    select * from {{ source('alkemio_landing', 'collaboration') }}
),

final as (
    select
        id,
        "createdDate",
        "updatedDate",
        version,
        "isTemplate",
        "authorizationId",
        "calloutsSetId",
        "timelineId",
        "innovationFlowId",
        "licenseId"
    from landing
)

select * from final
