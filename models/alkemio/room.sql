with

landing as (
    select * from {{ source('alkemio_landing', 'room') }}
),

final as (
    select
        id,
        "createdDate",
        "updatedDate",
        version,
        "externalRoomID",
        "messagesCount",
        type,
        "displayName",
        "authorizationId"
    from landing
)

select * from final
