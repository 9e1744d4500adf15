-- The session that holds the advisory lock of this database, with what it calls itself.
select
    coalesce(nullif(activity.application_name, ''), 'another session') as name,
    activity.pid,
    to_char(activity.backend_start at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as since
from pg_locks as lock
inner join pg_stat_activity as activity on lock.pid = activity.pid
where
    lock.locktype = 'advisory'
    and lock.granted
    and lock.database = (select pg_database.oid from pg_database where datname = current_database())
    and (lock.classid::bigint << 32) | lock.objid::bigint = %s;
