{{ config(
    enabled=(target.name == 'alkemio'),
    materialized='table',
    schema='convergence_reconciliation',
    tags=['cross_system'],
) }}

with

users as (
    select * from {{ ref('user_emails') }}
),

identities as (
    select * from {{ source('convergence', 'counterpart_emails') }}
    where system = 'kratos'
),

final as (
    select users.id
    from users
    left join identities on users.email_digest = identities.email_digest
    where identities.email_digest is null
)

select * from final
