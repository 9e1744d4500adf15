with

landing as (
    select * from {{ source('alkemio_landing', 'account') }}
),

final as (
    select
        id,
        "createdDate",
        "updatedDate",
        version,
        type,
        "externalSubscriptionID",
        "baselineLicensePlan",
        "authorizationId",
        "agentId",
        "licenseId",
        "storageAggregatorId"
    from landing
)

select * from final
