{{ config(
    enabled=(target.name == 'kratos'),
    materialized='table',
    schema='convergence_reconciliation',
    alias='email_digests',
    tags=['counterpart'],
) }}

with

identities as (
    select * from {{ ref('identities') }}
),

final as (
    select
        id,
        {{ email_digest("traits ->> 'email'") }} as email_digest
    from identities
)

select * from final
