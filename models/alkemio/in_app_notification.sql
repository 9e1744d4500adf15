with

landing as (
    select * from {{ source('alkemio_landing', 'in_app_notification') }}
),

final as (
    select
        id,
        "createdDate",
        "updatedDate",
        version,
        "rowId",
        type,
        state,
        category,
        "triggeredAt",
        "triggeredByID",
        "receiverID",
        payload,
        "spaceID",
        "organizationID",
        "userID",
        "applicationID",
        "invitationID",
        "calloutID",
        "contributionID",
        "roomID",
        "messageID",
        "contributorOrganizationID",
        "contributorUserID",
        "contributorVcID",
        "calendarEventID"
    from landing
)

select * from final
