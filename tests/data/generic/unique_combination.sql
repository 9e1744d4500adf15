{# Rows that share a combination of values which must be unique; as in Postgres, NULLs are never equal. #}
{% test unique_combination(model, columns) %}

    select {{ primary_key(model) }}
    from {{ model }}
    where ({{ quoted_list(columns) }}) in (
        select {{ quoted_list(columns) }}
        from {{ model }}
        group by {{ quoted_list(columns) }}
        having count(*) > 1
    )

{% endtest %}
