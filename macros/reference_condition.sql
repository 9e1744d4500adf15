{# That a child's columns are not null, or with `to_columns` that they are equal to those of its parent. #}
{% macro reference_condition(columns, to_columns) %}
    {% set conditions = [] %}
    {% for name in columns %}
        {% set child = 'child.' ~ adapter.quote(name) %}
        {% if to_columns %}
            {% do conditions.append('parent.' ~ adapter.quote(to_columns[loop.index0]) ~ ' = ' ~ child) %}
        {% else %}
            {% do conditions.append(child ~ ' is not null') %}
        {% endif %}
    {% endfor %}
    {{ return(conditions | join(' and ')) }}
{% endmacro %}
