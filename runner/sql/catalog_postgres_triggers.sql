-- Triggers that somebody created on a schema's tables; those that enforce foreign keys are internal.
select c.relname || '.' || t.tgname as name
from pg_trigger as t
inner join pg_class as c on t.tgrelid = c.oid
where
    c.relnamespace = (select n.oid from pg_namespace as n where n.nspname = %(schema)s)
    and not t.tgisinternal
order by 1
