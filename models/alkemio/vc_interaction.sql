with

landing as (
    select * from {{ source('alkemio_landing', 'vc_interaction') }}
),

final as (
    select
        id,
        "createdDate",
        "updatedDate",
        version,
        "threadID",
        "virtualContributorID",
        "externalMetadata",
        "roomId"
    from landing
)

select * from final
