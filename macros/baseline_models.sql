{# The nodes of the models that fill a table of the baseline; none while dbt is still parsing. #}
{% macro baseline_models() %}
    {% set nodes = (graph.nodes.values() if execute else []) | selectattr('resource_type', 'equalto', 'model') %}
    {{ return(nodes | selectattr('config.materialized', 'equalto', 'baseline_table') | list) }}
{% endmacro %}
