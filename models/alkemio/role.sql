with

landing as (
    select * from {{ source('alkemio_landing', 'role') }}
),

final as (
    select
        id,
        "createdDate",
        "updatedDate",
        version,
        name,
        credential,
        "parentCredentials",
        "requiresEntryRole",
        "requiresSameRoleInParentRoleSet",
        "userPolicy",
        "organizationPolicy",
        "virtualContributorPolicy",
        "roleSetId"
    from landing
)

select * from final
