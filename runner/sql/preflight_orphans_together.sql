-- Rows of several references to one table whose parent is missing: counts by the number of the reference.
{settings}
select {hint}
    child.reference,
    count(*)
from ({children}) as child
left join {parent} as parent {access} on parent.{parent_key} = child.value
where parent.{parent_key} is null
group by child.reference
