{#- The number of rows of every baseline table, one scan each. -#}
{% macro final_row_counts() -%}
    {%- set nodes = graph.nodes.values() | selectattr('config.materialized', 'eq', 'baseline_table') | list if execute else [] -%}
    {%- for node in nodes %}
    select
        {{ dbt.string_literal(node.name) }} as table_name,
        count(*) as final_rows
    from {{ api.Relation.create(database=node.database, schema=node.schema, identifier=node.name) }}
    {{ 'union all' if not loop.last }}
    {%- else %}
    select null::text, null::bigint where false
    {%- endfor %}
{%- endmacro %}
