-- Enum types of a schema with their labels in order.
select
    t.typname as name,
    array_agg(e.enumlabel::text order by e.enumsortorder) as labels
from pg_type as t
inner join pg_enum as e on t.oid = e.enumtypid
where
    t.typnamespace = (select n.oid from pg_namespace as n where n.nspname = %(schema)s)
    and not exists (
        select from pg_depend as d
        where d.classid = 'pg_type'::regclass and d.objid = t.oid and d.deptype = 'e'
    )
group by t.typname
order by t.typname collate "C"
