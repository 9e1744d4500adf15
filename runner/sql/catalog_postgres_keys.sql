-- Indexes of a schema's tables with the constraint that owns them, if any. `definition` is what Postgres
-- prints after the table's name, `plain` what it prints for a btree over these columns in this order.
with indexes as (
    select
        c.relname as table_name,
        i.relname as name,
        x.indisprimary as is_primary,
        x.indisunique as is_unique,
        k.oid is not null as is_constraint,
        concat_ws(
            ', ',
            case when not x.indisvalid then 'invalid' end,
            case when k.condeferrable then 'deferrable' end,
            case when k.contype = 'x' then 'exclusion' end
        ) as state,
        substring(pg_get_indexdef(i.oid) from ' USING .*$') as definition,
        columns.names,
        columns.descending,
        columns.plain
    from pg_index as x
    inner join pg_class as c on x.indrelid = c.oid
    inner join pg_class as i on x.indexrelid = i.oid
    left join pg_constraint as k on i.oid = k.conindid and k.contype in ('p', 'u', 'x')
    cross join lateral (
        select
            array_agg(coalesce(a.attname, '(expression)') order by part.position) as names,
            coalesce(
                array_agg(a.attname order by part.position) filter (where part.option & 1 = 1),
                '{}'
            ) as descending,
            ' USING btree (' || string_agg(
                quote_ident(a.attname) || case when part.option & 1 = 1 then ' DESC' else '' end,
                ', ' order by part.position
            ) || ')' as plain
        from unnest(x.indkey::smallint[], x.indoption::smallint[])
            with ordinality as part (attnum, option, position)
        left join pg_attribute as a on x.indrelid = a.attrelid and part.attnum = a.attnum
        where part.position <= x.indnkeyatts
    ) as columns
    where
        c.relnamespace = (select n.oid from pg_namespace as n where n.nspname = %(schema)s)
        and c.relkind in ('r', 'p')
)

select
    table_name,
    name,
    is_primary,
    is_unique,
    is_constraint,
    names::text[] as columns,
    descending::text[] as descending,
    concat_ws(
        ', ',
        nullif(state, ''),
        case when definition is distinct from plain then btrim(definition) end
    ) as note
from indexes
order by table_name collate "C", name collate "C"
