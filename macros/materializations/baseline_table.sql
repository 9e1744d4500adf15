{#
    Fills a table that the baseline made, and never creates, alters or drops one. Fails when the table is
    missing, has other columns than the model, or holds rows already. Of a table that lacks only some rows, those of
    the condition `within`, it fills in these; when they are still there they are `replaced`, each by that of its key.
#}
{% materialization baseline_table, adapter='postgres' %}
    {% set relation = this.incorporate(type='table') %}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}

    {% set columns = get_column_schema_from_query(get_empty_subquery_sql(sql)) %}
    {% call statement('fill') %}
        {{
            fill_baseline_table(
                relation,
                columns | map(attribute='name') | list,
                sql,
                config.get('within'),
                model.config.meta.primary_key if config.get('replaced') else []
            )
        }}
    {% endcall %}
    {% call statement('rows', fetch_result=True) %}
        select current_setting('convergence.rows')::bigint
    {% endcall %}
    {% set rows = load_result('rows')['data'][0][0] %}
    {{ store_raw_result('main', message='INSERT 0 ' ~ rows, code='INSERT', rows_affected=rows) }}

    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [relation]}) }}
{% endmaterialization %}
