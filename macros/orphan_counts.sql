{# How many rows of each column that refers to another table without a foreign key find no row there. #}
{% macro orphan_counts() %}
    {% set nothing = 'null::text as table_name, null::text as column_name, null::text as refers_to, 0 as orphans' %}
    {% set counts = ['select ' ~ nothing ~ ' where false'] %}
    {% for child in baseline_models() %}
        {% for column in child.columns.values() if column.config.meta.refers_to is defined %}
            {% do counts.append(orphan_count(child, column)) %}
        {% endfor %}
    {% endfor %}
    {{ return(counts | join('\n    union all ')) }}
{% endmacro %}
