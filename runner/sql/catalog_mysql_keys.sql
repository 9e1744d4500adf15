-- Parts of every index of a database, in order; an expression or a prefix has no plain column.
select
    s.table_name as `table_name`,
    s.index_name as `name`,
    s.non_unique as `non_unique`,
    s.column_name as `column_name`,
    s.collation as `direction`,
    s.sub_part as `prefix`,
    s.index_type as `kind`
from information_schema.statistics as s
where s.table_schema = %(database)s
order by s.table_name, s.index_name, s.seq_in_index
