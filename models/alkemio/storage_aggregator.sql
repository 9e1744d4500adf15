with

landing as (
    select * from {{ source('alkemio_landing', 'storage_aggregator') }}
),

final as (
    select
        id,
        "createdDate",
        "updatedDate",
        version,
        type,
        "authorizationId",
        "parentStorageAggregatorId",
        "directStorageId"
    from landing
)

select * from final
