{# Rows that share a value which must be unique. Replaces dbt's own, which stores the values. #}
{% macro postgres__test_unique(model, column_name) %}

    select {{ primary_key(model) }}
    from {{ model }}
    where {{ column_name }} in (
        select {{ column_name }}
        from {{ model }}
        where {{ column_name }} is not null
        group by {{ column_name }}
        having count(*) > 1
    )

{% endmacro %}
