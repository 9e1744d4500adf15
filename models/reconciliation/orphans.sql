{{ config(materialized='table', schema='convergence_reconciliation') }}

with

counted as (
    {{ orphan_counts() }}
),

final as (
    select
        table_name,
        column_name,
        refers_to,
        orphans
    from counted
    where orphans > 0
)

select * from final
