{# A text as SQL. dbt's own leaves quotation marks in it as they are. #}
{% macro literal(text) %}
    {{ return("'" ~ (text | string | replace("'", "''")) ~ "'") }}
{% endmacro %}
