-- The server's estimates of rows and bytes of every table of the session's database.
select
    t.table_name as `name`,
    t.table_rows as `estimate`,
    t.data_length as `size`
from information_schema.tables as t
where t.table_schema = database() and t.table_type = 'BASE TABLE'
