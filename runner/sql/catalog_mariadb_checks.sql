-- Check constraints of a MariaDB database, whose names are unique in a table only.
select
    k.table_name as `table_name`,
    k.constraint_name as `name`,
    k.check_clause as `expression`
from information_schema.check_constraints as k
where k.constraint_schema = %(database)s
order by k.table_name, k.constraint_name
