-- Sequences of a schema with the column that owns them; the note says what is not a serial column's default.
select
    s.relname as name,
    coalesce(c.relname, '') as table_name,
    coalesce(a.attname, '') as column_name,
    format_type(q.seqtypid, null) as type,
    concat_ws(
        ', ',
        case when q.seqstart <> 1 then 'start ' || q.seqstart end,
        case when q.seqincrement <> 1 then 'increment ' || q.seqincrement end,
        case when q.seqmin <> 1 then 'minvalue ' || q.seqmin end,
        case
            when q.seqmax <> case q.seqtypid
                when 'smallint'::regtype then 32767
                when 'integer'::regtype then 2147483647
                else 9223372036854775807
            end then 'maxvalue ' || q.seqmax
        end,
        case when q.seqcycle then 'cycle' end
    ) as note
from pg_class as s
inner join pg_sequence as q on s.oid = q.seqrelid
left join pg_depend as o
    on
        s.oid = o.objid
        and o.classid = 'pg_class'::regclass
        and o.refclassid = 'pg_class'::regclass
        and o.deptype in ('a', 'i')
left join pg_class as c on o.refobjid = c.oid
left join pg_attribute as a on o.refobjid = a.attrelid and o.refobjsubid = a.attnum
where
    s.relnamespace = (select n.oid from pg_namespace as n where n.nspname = %(schema)s)
    and not exists (
        select from pg_depend as d
        where d.classid = 'pg_class'::regclass and d.objid = s.oid and d.deptype = 'e'
    )
order by s.relname collate "C"
