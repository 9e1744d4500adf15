{# The schema that holds the tables of the baseline: build, or final after publish. #}
{% macro baseline_schema() %}
    {% set models = baseline_models() %}
    {{ return(models[0].schema if models else target.schema) }}
{% endmacro %}
