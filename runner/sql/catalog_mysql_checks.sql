-- Check constraints of a MySQL database, whose names are unique in the database.
select
    t.table_name as `table_name`,
    k.constraint_name as `name`,
    k.check_clause as `expression`
from information_schema.check_constraints as k
inner join information_schema.table_constraints as t
    on
        k.constraint_schema = t.constraint_schema
        and k.constraint_name = t.constraint_name
        and t.constraint_type = 'CHECK'
where k.constraint_schema = %(database)s
order by t.table_name, k.constraint_name
