with

landing as (
    select * from {{ source('alkemio_landing', 'innovation_flow') }}
),

final as (
    select
        id,
        "createdDate",
        "updatedDate",
        version,
        "currentStateID",
        settings,
        "authorizationId",
        "profileId",
        "flowStatesTagsetTemplateId"
    from landing
)

select * from final
