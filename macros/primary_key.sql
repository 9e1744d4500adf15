{#-
    The primary key of a baseline table as SQL: all that a test may select, because what a test selects is
    stored, and values of rows must not be. A table without a key is counted by its row's address.
-#}
{% macro primary_key(relation, prefix='') -%}
    {%- if execute -%}
        {%- set names = graph.nodes['model.' ~ project_name ~ '.' ~ relation.identifier].config.meta.primary_key -%}
        {{ quoted_list(names, prefix) if names else prefix ~ 'ctid' }}
    {%- endif -%}
{%- endmacro %}
