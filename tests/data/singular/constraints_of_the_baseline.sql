{#
    Constraints and NOT NULLs of the baseline that a table does not have, or that Postgres has not validated.
    What is expected comes from the models: `meta.constraints`, and a not_null test on a column.
#}
{{ config(tags=['gate']) }}

with

expected (table_name, object, name) as (
    {{ expected_constraints() }}
),

tables as (
    select
        c.oid,
        c.relname::text as table_name
    from pg_class as c
    inner join pg_namespace as n on c.relnamespace = n.oid
    where n.nspname = '{{ baseline_schema() }}'
),

actual (table_name, object, name, valid) as (
    select
        tables.table_name,
        'constraint',
        k.conname::text,
        k.convalidated
    from tables
    inner join pg_constraint as k on tables.oid = k.conrelid and k.contype <> 'n'

    union all

    select
        tables.table_name,
        'constraint',
        i.relname::text,
        x.indisvalid
    from tables
    inner join pg_index as x on tables.oid = x.indrelid
    inner join pg_class as i on x.indexrelid = i.oid
    where
        x.indisunique
        and not exists (
            select from pg_constraint as k
            where k.conindid = i.oid and k.contype in ('p', 'u')
        )

    union all

    select
        tables.table_name,
        'not null',
        a.attname::text,
        true
    from tables
    inner join pg_attribute as a on tables.oid = a.attrelid and a.attnotnull and not a.attisdropped
)

select
    expected.table_name,
    expected.object,
    expected.name,
    case when actual.name is null then 'missing' else 'not validated' end as fault
from expected
left join actual
    on
        expected.table_name = actual.table_name
        and expected.object = actual.object
        and expected.name = actual.name
where actual.valid is distinct from true
