-- Extensions of the database and the schemas that hold their functions.
select
    e.extname as name,
    n.nspname as schema_name
from pg_extension as e
inner join pg_namespace as n on e.extnamespace = n.oid
order by e.extname collate "C"
