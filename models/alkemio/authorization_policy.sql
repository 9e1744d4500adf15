with

landing as (
    select * from {{ source('alkemio_landing', 'authorization_policy') }}
),

final as (
    select
        id,
        "createdDate",
        "updatedDate",
        version,
        "credentialRules",
        "privilegeRules",
        type,
        "parentAuthorizationPolicyId"
    from landing
)

select * from final
