with

landing as (
    select * from {{ source('alkemio_landing', 'post') }}
),

final as (
    select
        id,
        "createdDate",
        "updatedDate",
        version,
        "nameID",
        "createdBy",
        "authorizationId",
        "profileId",
        "commentsId"
    from landing
)

select * from final
