select nspname
from pg_namespace
where nspname like 'convergence\_retired\_%'
order by nspname;
