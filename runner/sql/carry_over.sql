-- Statements that give the tables and sequences of `public` the grants and comments of those of the same
-- name in the retired schema. The owner's own privileges need no grant.
with

predecessors as (

    select
        retired.oid,
        retired.relname,
        retired.relacl,
        retired.relowner,
        current.relkind
    from pg_class as retired
    inner join pg_class as current
        on
            retired.relname = current.relname
            and current.relnamespace = 'public'::regnamespace
            and current.relkind = retired.relkind
    where
        retired.relnamespace = to_regnamespace(quote_ident(%s))
        and retired.relkind in ('r', 'S')

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

select statement from grants
union all
select statement from table_comments
union all
select statement from column_comments;
