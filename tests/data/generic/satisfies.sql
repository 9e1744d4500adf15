{# Rows for which the condition of a check constraint is false; as in Postgres, unknown is good enough. #}
{% test satisfies(model, condition) %}

    select {{ primary_key(model) }}
    from {{ model }}
    where not ({{ condition }})

{% endtest %}
