with

landing as (
    select * from {{ source('alkemio_landing', 'timeline') }}
),

final as (
    select
        id,
        "createdDate",
        "updatedDate",
        version,
        "authorizationId",
        "calendarId"
    from landing
)

select * from final
