-- Triggers of a database.
select concat(event_object_table, '.', trigger_name) as `name`
from information_schema.triggers
where trigger_schema = %(database)s
order by 1
