with

landing as (
    select * from {{ source('alkemio_landing', 'invitation') }}
),

final as (
    select
        id,
        "createdDate",
        "updatedDate",
        version,
        "invitedContributorID",
        "createdBy",
        "welcomeMessage",
        "invitedToParent",
        "contributorType",
        "extraRoles",
        "authorizationId",
        "lifecycleId",
        "roleSetId"
    from landing
)

select * from final
