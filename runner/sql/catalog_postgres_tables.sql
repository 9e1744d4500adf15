-- Tables of a schema; the note says what makes one more, or less, than a plain logged table.
select
    c.relname as name,
    concat_ws(
        ', ',
        case c.relpersistence when 'u' then 'unlogged' end,
        case when c.relkind = 'p' then 'partitioned' end,
        case when c.relispartition then 'partition' end,
        case when c.relrowsecurity then 'row security' end
    ) as note
from pg_class as c
where
    c.relnamespace = (select n.oid from pg_namespace as n where n.nspname = %(schema)s)
    and c.relkind in ('r', 'p')
    and not exists (
        select from pg_depend as d
        where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e'
    )
order by c.relname collate "C"
