-- Foreign keys of a schema's tables; the note says what else they declare, and whether Postgres enforces them.
select
    c.relname as table_name,
    k.conname as name,
    own.columns,
    case when r.relnamespace = c.relnamespace then r.relname else r.oid::regclass::text end as ref_table,
    referenced.columns as ref_columns,
    actions.words ->> k.confdeltype as on_delete,
    actions.words ->> k.confupdtype as on_update,
    concat_ws(
        ', ',
        case when not k.convalidated then 'not valid' end,
        case k.confmatchtype when 'f' then 'match full' end,
        case when k.condeferred then 'initially deferred' when k.condeferrable then 'deferrable' end,
        case
            when exists (
                select from pg_trigger as g
                where g.tgconstraint = k.oid and g.tgenabled not in ('O', 'A')
            ) then 'disabled'
        end
    ) as note
from pg_constraint as k
inner join pg_class as c on k.conrelid = c.oid
inner join pg_class as r on k.confrelid = r.oid
cross join (
    select
        '{"a": "NO ACTION", "r": "RESTRICT", "c": "CASCADE", "n": "SET NULL", "d": "SET DEFAULT"}'::jsonb
        as words
) as actions
cross join lateral (
    select array_agg(a.attname::text order by part.position) as columns
    from unnest(k.conkey) with ordinality as part (attnum, position)
    inner join pg_attribute as a on k.conrelid = a.attrelid and part.attnum = a.attnum
) as own
cross join lateral (
    select array_agg(a.attname::text order by part.position) as columns
    from unnest(k.confkey) with ordinality as part (attnum, position)
    inner join pg_attribute as a on k.confrelid = a.attrelid and part.attnum = a.attnum
) as referenced
where
    k.connamespace = (select n.oid from pg_namespace as n where n.nspname = %(schema)s)
    and k.contype = 'f'
order by c.relname collate "C", k.conname collate "C"
