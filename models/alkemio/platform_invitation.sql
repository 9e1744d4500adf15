with

landing as (
    select * from {{ source('alkemio_landing', 'platform_invitation') }}
),

final as (
    select
        id,
        "createdDate",
        "updatedDate",
        version,
        "roleSetInvitedToParent",
        "roleSetExtraRoles",
        email,
        "firstName",
        "lastName",
        "createdBy",
        "welcomeMessage",
        "profileCreated",
        "authorizationId",
        "roleSetId"
    from landing
)

select * from final
