{# The number of rows of every baseline table, one scan each. #}
{% macro final_row_counts() %}
    {% set counts = ['select null::text as table_name, null::bigint as final_rows where false'] %}
    {% for model in baseline_models() %}
        {% set relation = api.Relation.create(model.database, model.schema, model.name) %}
        {% do counts.append('select ' ~ literal(model.name) ~ ', count(*) from ' ~ relation) %}
    {% endfor %}
    {{ return(counts | join('\n    union all ')) }}
{% endmacro %}
