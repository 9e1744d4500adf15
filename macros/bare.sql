{# The name that a quoted or unquoted identifier means. #}
{% macro bare(identifier) %}
    {% set quoted = identifier.startswith('"') %}
    {{ return(identifier[1:-1] | replace('""', '"') if quoted else identifier) }}
{% endmacro %}
