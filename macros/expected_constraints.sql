{#
    What Postgres must hold and have validated, as the rows of a VALUES list: the constraints that the
    models' meta names, and NOT NULL for every column with a not_null test.
#}
{% macro expected_constraints() %}
    {% set rows = [] %}
    {% for model in baseline_models() %}
        {% for name in model.config.meta.constraints %}
            {% do rows.append('(' ~ literal_list([model.name, 'constraint', name]) ~ ')') %}
        {% endfor %}
    {% endfor %}
    {% set tests = (graph.nodes.values() if execute else []) | selectattr('test_metadata', 'defined') %}
    {% for test in tests | selectattr('test_metadata.name', 'equalto', 'not_null') %}
        {% set model = graph.nodes[test.attached_node] %}
        {% if model.config.materialized == 'baseline_table' %}
            {% set column = bare(test.column_name) %}
            {% do rows.append('(' ~ literal_list([model.name, 'not null', column]) ~ ')') %}
        {% endif %}
    {% endfor %}
    {{ return('values ' ~ (rows | join(',\n    ') or '(null, null, null)')) }}
{% endmacro %}
