-- Check constraints of a schema's tables, in the words of Postgres ("NOT VALID" included).
select
    c.relname as table_name,
    k.conname as name,
    pg_get_constraintdef(k.oid) as expression
from pg_constraint as k
inner join pg_class as c on k.conrelid = c.oid
where
    k.connamespace = (select n.oid from pg_namespace as n where n.nspname = %(schema)s)
    and k.contype = 'c'
order by c.relname collate "C", k.conname collate "C"
