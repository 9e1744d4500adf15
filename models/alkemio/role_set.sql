with

landing as (
    select * from {{ source('alkemio_landing', 'role_set') }}
),

final as (
    select
        id,
        "createdDate",
        "updatedDate",
        version,
        "entryRoleName",
        type,
        "authorizationId",
        "licenseId",
        "applicationFormId",
        "parentRoleSetId"
    from landing
)

select * from final
