{#
    dbt's own `test` creates a table for every test that stores its failures, also for those that pass: a
    thousand empty tables in the target, and half of the time. This one stores what failed, when it failed.
#}
{% materialization test, adapter='postgres' %}
    {% set options = [config.get('fail_calc'), config.get('warn_if'), config.get('error_if'), config.get('limit')] %}
    {% call statement('main', fetch_result=True) %}
        {{ get_test_sql(sql, *options) }}
    {% endcall %}

    {% set relations = [] %}
    {% if should_store_failures() and load_result('main')['data'][0][0] > 0 %}
        {% set relation = api.Relation.create(database, schema, model['alias'], type='table') %}
        {% do adapter.drop_relation(relation) %}
        {% call statement('failures') %}
            {{ get_create_sql(relation, sql) }}
        {% endcall %}
        {% do relations.append(relation) %}
        {{ adapter.commit() }}
    {% endif %}
    {{ return({'relations': relations}) }}
{% endmaterialization %}
