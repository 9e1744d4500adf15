{{ config(materialized='table', schema='convergence_reconciliation') }}

with

manifest as (
    select * from {{ source('convergence', 'manifest') }}
),

counted as (
    {{ final_row_counts() }}
),

final as (
    select
        counted.table_name,
        manifest.source_rows,
        manifest.exported_rows,
        manifest.landed_rows,
        counted.final_rows
    from counted
    left join manifest
        on
            counted.table_name = manifest.table_name
            and manifest.system = '{{ target.name }}'
    where
        manifest.source_rows is distinct from manifest.exported_rows
        or manifest.exported_rows is distinct from manifest.landed_rows
        or manifest.landed_rows is distinct from counted.final_rows
)

select * from final
