with

landing as (
    select * from {{ source('alkemio_landing', 'memo') }}
),

final as (
    select
        id,
        "createdDate",
        "updatedDate",
        version,
        "nameID",
        content,
        "createdBy",
        "contentUpdatePolicy",
        "authorizationId",
        "profileId"
    from landing
)

select * from final
