-- Ordinary and partitioned tables of a schema that no extension owns.
select relation.relname
from pg_class as relation
where
    relation.relnamespace = to_regnamespace(quote_ident(%s))
    and relation.relkind in ('r', 'p')
    and not exists (
        select from pg_depend
        where pg_depend.classid = 'pg_class'::regclass
            and pg_depend.objid = relation.oid
            and pg_depend.deptype = 'e'
    )
order by relation.relname;
