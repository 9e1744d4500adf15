-- How many rows share all values of a key with another row: those that differ in the spelling of a uuid, the rest.
select
    coalesce(sum(case when d.spelled then d.size else 0 end), 0) as `spelled`,
    coalesce(sum(case when d.spelled then 0 else d.size end), 0) as `repeated`
from (
    select
        count(*) as size,
        {spelled} as spelled
    from {table}
    where {kept} and {present}
    group by {values}
    having count(*) > 1
) as d
