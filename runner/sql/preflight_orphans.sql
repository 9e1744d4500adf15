-- Rows whose reference is complete and has no parent: their count, or their keys.
{settings}
select {hint} {selected}
from {child} as child
left join {parent} as parent {access} on {match}
where {present} and parent.{parent_key} is null
{limit}
