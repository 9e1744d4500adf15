{# Rows with NULL in a column that is NOT NULL in the baseline. Replaces dbt's own, which stores the rows. #}
{% macro postgres__test_not_null(model, column_name) %}

    select {{ primary_key(model) }}
    from {{ model }}
    where {{ column_name }} is null

{% endmacro %}
