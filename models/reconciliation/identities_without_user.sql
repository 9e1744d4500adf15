{{ config(
    enabled=(target.name == 'kratos'),
    materialized='table',
    schema='convergence_reconciliation',
    tags=['cross_system'],
) }}

with

identities as (
    select * from {{ ref('identity_emails') }}
),

users as (
    select * from {{ source('convergence', 'counterpart_emails') }}
    where system = 'alkemio'
),

final as (
    select identities.id
    from identities
    left join users on identities.email_digest = users.email_digest
    where users.email_digest is null
)

select * from final
