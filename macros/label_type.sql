{# An enum type of the baseline, in the schema that holds its tables. #}
{% macro label_type(name) %}
    {{ return(baseline_schema() ~ '.' ~ adapter.quote(name)) }}
{% endmacro %}
