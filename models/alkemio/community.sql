with

landing as (
    select * from {{ source('alkemio_landing', 'community') }}
),

final as (
    select
        id,
        "createdDate",
        "updatedDate",
        version,
        "parentID",
        "authorizationId",
        "communicationId",
        "roleSetId"
    from landing
)

select * from final
