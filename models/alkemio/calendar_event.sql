with

landing as (
    select * from {{ source('alkemio_landing', 'calendar_event') }}
),

final as (
    select
        id,
        "createdDate",
        "updatedDate",
        version,
        "nameID",
        type,
        "createdBy",
        "startDate",
        "wholeDay",
        "multipleDays",
        "durationMinutes",
        "durationDays",
        "visibleOnParentCalendar",
        "authorizationId",
        "profileId",
        "commentsId",
        "calendarId"
    from landing
)

select * from final
