-- Keys of rows that share all values of a key with another row, of one of the two sorts.
select {selected}
from {table}
where
    {kept} and {present}
    and ({values}) in (
        select {values}
        from {table}
        where {kept} and {present}
        group by {values}
        having count(*) > 1 and ({spelled}) = {sort}
    )
order by {values}
{limit}
