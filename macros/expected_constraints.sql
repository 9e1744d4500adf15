{#- The constraints and NOT NULLs that the enabled models declare, as the rows of a VALUES list. -#}
{% macro expected_constraints() -%}
    {%- set rows = [] -%}
    {%- for node in (graph.nodes.values() if execute else []) -%}
        {%- if node.config.materialized == 'baseline_table' -%}
            {%- for name in node.config.meta.constraints -%}
                {%- do rows.append([node.name, 'constraint', name]) -%}
            {%- endfor -%}
        {%- elif node.resource_type == 'test' and node.test_metadata and node.test_metadata.name == 'not_null' -%}
            {%- set column = node.column_name | replace('"', '') -%}
            {%- do rows.append([graph.nodes[node.attached_node].name, 'not null', column]) -%}
        {%- endif -%}
    {%- endfor -%}
    values
    {% for row in rows or [['', '', '']] -%}
        ({{ dbt.string_literal(row[0]) }}, {{ dbt.string_literal(row[1]) }}, {{ dbt.string_literal(row[2]) }}){{ ',' if not loop.last }}
    {% endfor -%}
{%- endmacro %}
