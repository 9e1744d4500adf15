{# Rows with a value that is none of an enum's labels. Replaces dbt's own, which stores the values. #}
{% macro postgres__test_accepted_values(model, column_name, values, quote=true) %}

    select {{ primary_key(model) }}
    from {{ model }}
    where {{ column_name }}::text not in ({{ literal_list(values) }})

{% endmacro %}
