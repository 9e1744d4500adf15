{#- Rows with NULL in a column that the baseline declares NOT NULL. Replaces dbt's own, which stores whole rows. -#}
{% macro postgres__test_not_null(model, column_name) %}

select {{ primary_key(model) }}
from {{ model }}
where {{ column_name }} is null

{% endmacro %}
