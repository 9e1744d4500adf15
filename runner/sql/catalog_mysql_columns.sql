-- Columns of a database's base tables, spelled as the server spells them.
select
    c.table_name as `table_name`,
    c.column_name as `name`,
    c.column_type as `type`,
    c.is_nullable as `nullable`,
    c.column_default as `default`,
    c.extra as `extra`,
    c.character_set_name as `charset`,
    c.collation_name as `collation`
from information_schema.columns as c
where c.table_schema = %(database)s
order by c.table_name, c.ordinal_position
