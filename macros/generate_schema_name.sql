{# Schema names mean what they say: a configured one is used verbatim, not appended to the target's. #}
{% macro generate_schema_name(custom_schema_name, node) %}
    {{ return(custom_schema_name or target.schema) }}
{% endmacro %}
