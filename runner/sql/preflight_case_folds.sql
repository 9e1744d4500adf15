-- How many groups of values the source's comparison takes for one although they are spelled differently.
select count(*)
from (
    select 1
    from {table}
    where {kept}
    group by {columns}
    having min({spelled}) <> max({spelled})
) as d
