with

landing as (
    select * from {{ source('alkemio_landing', 'innovation_flow_state') }}
),

final as (
    select
        id,
        "createdDate",
        "updatedDate",
        version,
        "displayName",
        description,
        settings,
        "sortOrder",
        "authorizationId",
        "innovationFlowId"
    from landing
)

select * from final
