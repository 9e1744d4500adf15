-- Relations of a schema that are neither tables, indexes nor sequences: views, materialized and foreign ones.
select c.relname as name
from pg_class as c
where
    c.relnamespace = (select n.oid from pg_namespace as n where n.nspname = %(schema)s)
    and c.relkind in ('v', 'm', 'f')
    and not exists (
        select from pg_depend as d
        where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e'
    )
order by c.relname collate "C"
