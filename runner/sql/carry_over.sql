-- Statements that give the tables, types and sequences of `public` the owners, grants and comments of those of the
-- same name in the retired schema. The owner's own privileges need no grant, and a column's sequence follows it.
with

predecessors as (

    select
        retired.oid,
        retired.relname,
        retired.relacl,
        retired.relowner,
        current.relowner as new_owner,
        current.relkind
    from pg_class as retired
    inner join pg_class as current
        on
            retired.relname = current.relname
            and current.relnamespace = 'public'::regnamespace
            and current.relkind = retired.relkind
    where
        retired.relnamespace = to_regnamespace(quote_ident(%s))
        -- Of a table that stays, the retired schema holds the build's empty twin.
        and (retired.relkind = 'S' or (retired.relkind = 'r' and retired.relname = any(%s)))

),

owners as (

    select
        format('alter table public.%%I owner to %%I', predecessors.relname, pg_get_userbyid(predecessors.relowner))
            as statement
    from predecessors
    where predecessors.relkind = 'r' and predecessors.relowner <> predecessors.new_owner

),

type_owners as (

    select
        format('alter type public.%%I owner to %%I', retired.typname, pg_get_userbyid(retired.typowner)) as statement
    from pg_type as retired
    inner join pg_type as current
        on
            retired.typname = current.typname
            and current.typnamespace = 'public'::regnamespace
    where
        retired.typnamespace = to_regnamespace(quote_ident(%s))
        and retired.typtype = 'e'
        and retired.typowner <> current.typowner

),

grants as (

    select
        format(
            'grant %%s on %%s public.%%I to %%s%%s',
            granted.privilege_type,
            case predecessors.relkind when 'S' then 'sequence' else 'table' end,
            predecessors.relname,
            case granted.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(granted.grantee)) end,
            case when granted.is_grantable then ' with grant option' else '' end
        ) as statement
    from predecessors
    cross join lateral aclexplode(predecessors.relacl) as granted
    where granted.grantee <> predecessors.relowner

),

column_grants as (

    select
        format(
            'grant %%s (%%I) on table public.%%I to %%s%%s',
            granted.privilege_type,
            attribute.attname,
            predecessors.relname,
            case granted.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(granted.grantee)) end,
            case when granted.is_grantable then ' with grant option' else '' end
        ) as statement
    from predecessors
    inner join pg_attribute as attribute on predecessors.oid = attribute.attrelid
    cross join lateral aclexplode(attribute.attacl) as granted
    where granted.grantee <> predecessors.relowner

),

table_comments as (

    select
        format('comment on table public.%%I is %%L', predecessors.relname, description.description) as statement
    from predecessors
    inner join pg_description as description
        on
            predecessors.oid = description.objoid
            and description.classoid = 'pg_class'::regclass
            and description.objsubid = 0
    where predecessors.relkind = 'r'

),

column_comments as (

    select
        format(
            'comment on column public.%%I.%%I is %%L',
            predecessors.relname,
            attribute.attname,
            description.description
        ) as statement
    from predecessors
    inner join pg_description as description
        on predecessors.oid = description.objoid and description.classoid = 'pg_class'::regclass
    inner join pg_attribute as attribute
        on description.objoid = attribute.attrelid and description.objsubid = attribute.attnum
    where description.objsubid > 0

)

select statement from owners
union all
select statement from type_owners
union all
select statement from grants
union all
select statement from column_grants
union all
select statement from table_comments
union all
select statement from column_comments;
