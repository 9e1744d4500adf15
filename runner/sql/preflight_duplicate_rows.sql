-- Keys of rows that share all values of a key with another row, of one of the two sorts.
select {selected}
from {table}
inner join (
    select
        {grouped},
        {spelled} as spelled
    from {table}
    where {kept} and {present}
    group by {values}
    having count(*) > 1
) as d on {match} and d.spelled = {sort}
where {kept}
order by {values}
{limit}
