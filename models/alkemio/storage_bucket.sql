with

landing as (
    select * from {{ source('alkemio_landing', 'storage_bucket') }}
),

final as (
    select
        id,
        "createdDate",
        "updatedDate",
        version,
        "allowedMimeTypes",
        "maxFileSize",
        "authorizationId",
        "storageAggregatorId"
    from landing
)

select * from final
