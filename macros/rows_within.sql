{# Those rows of a query that a condition over its columns chooses. #}
{% macro rows_within(columns, sql, within) %}
    select {{ quoted_list(columns) }} from ({{ sql }}) as model where {{ within }}
{% endmacro %}
