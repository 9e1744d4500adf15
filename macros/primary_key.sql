{#
    The primary key of a baseline table as SQL: all that a test may select, because what a test selects is
    stored, and values of rows must not be. A table without a key shows the addresses of its rows.
#}
{% macro primary_key(relation, prefix='') %}
    {% if not execute %}
        {{ return('') }}
    {% endif %}
    {% set model = graph.nodes['model.' ~ project_name ~ '.' ~ relation.identifier] %}
    {{ return(quoted_list(model.config.meta.primary_key, prefix) or prefix ~ 'ctid') }}
{% endmacro %}
