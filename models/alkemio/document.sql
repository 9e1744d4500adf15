with

landing as (
    select * from {{ source('alkemio_landing', 'document') }}
),

final as (
    select
        id,
        "createdDate",
        "updatedDate",
        version,
        "createdBy",
        "displayName",
        "mimeType",
        size,
        "externalID",
        "temporaryLocation",
        "authorizationId",
        "storageBucketId",
        "tagsetId"
    from landing
)

select * from final
