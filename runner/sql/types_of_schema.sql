-- Enum types of a schema that no extension owns.
select type.typname
from pg_type as type
where
    type.typnamespace = to_regnamespace(quote_ident(%s))
    and type.typtype = 'e'
    and not exists (
        select from pg_depend
        where pg_depend.classid = 'pg_type'::regclass
            and pg_depend.objid = type.oid
            and pg_depend.deptype = 'e'
    )
order by type.typname;
