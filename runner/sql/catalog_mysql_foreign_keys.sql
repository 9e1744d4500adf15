-- Columns of every foreign key of a database, in order, with the key's actions.
select
    k.table_name as `table_name`,
    k.constraint_name as `name`,
    k.column_name as `column_name`,
    k.referenced_table_name as `ref_table`,
    k.referenced_column_name as `ref_column`,
    r.delete_rule as `on_delete`,
    r.update_rule as `on_update`
from information_schema.key_column_usage as k
inner join information_schema.referential_constraints as r
    on
        k.constraint_schema = r.constraint_schema
        and k.table_name = r.table_name
        and k.constraint_name = r.constraint_name
where k.table_schema = %(database)s and k.referenced_table_name is not null
order by k.table_name, k.constraint_name, k.ordinal_position
