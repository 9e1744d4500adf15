{#- The schema that holds the baseline's tables: build, or final after publish. -#}
{% macro baseline_schema() -%}
    {%- if execute -%}
        {{ (graph.nodes.values() | selectattr('config.materialized', 'eq', 'baseline_table') | first).schema }}
    {%- endif -%}
{%- endmacro %}
