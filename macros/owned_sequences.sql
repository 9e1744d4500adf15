{# The sequences of the tables of the baseline, each with the column that owns it, as Postgres knows them. #}
{% macro owned_sequences() %}
    {% set query %}
        select
            s.relname as sequence_name,
            c.relname as table_name,
            a.attname as column_name
        from pg_class as s
        inner join pg_depend as d on s.oid = d.objid and d.deptype in ('a', 'i')
        inner join pg_class as c on d.refobjid = c.oid
        inner join pg_attribute as a on d.refobjid = a.attrelid and d.refobjsubid = a.attnum
        inner join pg_namespace as n on s.relnamespace = n.oid
        where s.relkind = 'S' and n.nspname = '{{ baseline_schema() }}'
    {% endset %}
    {{ return(run_query(query) if execute else []) }}
{% endmacro %}
