{{ config(
    enabled=(target.name == 'alkemio'),
    materialized='table',
    schema='convergence_reconciliation',
    alias='email_digests',
    tags=['counterpart'],
) }}

with

users as (
    select * from {{ ref('user') }}
),

final as (
    select
        id,
        {{ email_digest('email') }} as email_digest
    from users
)

select * from final
