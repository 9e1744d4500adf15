select
    run_id::text,
    retired,
    kept
from convergence_record.publication
order by number desc
limit 1;
