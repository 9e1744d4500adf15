-- Rows of a table that a condition holds for: their counts, or their keys.
select {selected}
from {table}
where {kept} and ({condition})
{limit}
