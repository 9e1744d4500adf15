{# Tables whose number of rows is not the number that was landed, or of which the manifest says nothing. #}
{{ config(tags=['gate']) }}

with

counted (table_name, final_rows) as (
    {{ final_row_counts() }}
),

landed as (
    select
        table_name,
        landed_rows
    from {{ source('convergence', 'manifest') }}
    where system = '{{ target.name }}'
)

select
    counted.table_name,
    landed.landed_rows,
    counted.final_rows
from counted
left join landed on counted.table_name = landed.table_name
where landed.landed_rows is distinct from counted.final_rows
