{# Sequences that would give out a number which their column already holds. #}
{{ config(tags=['gate']) }}

with

positions as (
    {{ sequence_positions() }}
)

select
    sequence_name,
    given,
    largest
from positions
where given < largest
