{#
    The primary key of a table as SQL: all that a test may select, because what a test selects is stored, and
    values of rows must not be. A table without a declared key, such as a seed, shows the places of its rows.
#}
{% macro primary_key(relation, prefix='') %}
    {% set nodes = graph.nodes if execute else {} %}
    {% set node = nodes['model.' ~ project_name ~ '.' ~ relation.identifier] %}
    {% set names = node.config.meta.primary_key if node else [] %}
    {{ return(quoted_list(names, prefix) or prefix ~ 'ctid::text as place') }}
{% endmacro %}
