-- The server's estimate of the rows of every table of the session's database.
select
    t.table_name as `name`,
    t.table_rows as `estimate`
from information_schema.tables as t
where t.table_schema = database() and t.table_type = 'BASE TABLE'
