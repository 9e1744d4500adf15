-- Views and foreign keys outside of the given tables of `public` that depend on one of them.
select distinct
    'view' as kind,
    view.oid::regclass::text as name
from pg_depend as dependency
inner join pg_rewrite as rule on dependency.objid = rule.oid
inner join pg_class as view on rule.ev_class = view.oid
inner join pg_class as relation on dependency.refobjid = relation.oid
where
    dependency.classid = 'pg_rewrite'::regclass
    and dependency.refclassid = 'pg_class'::regclass
    and relation.relnamespace = 'public'::regnamespace
    and relation.relname = any(%s)
    and view.oid <> relation.oid

union all

select
    'foreign key' as kind,
    quote_ident(reference.conname) || ' of ' || reference.conrelid::regclass::text as name
from pg_constraint as reference
inner join pg_class as relation on reference.confrelid = relation.oid
inner join pg_class as child on reference.conrelid = child.oid
where
    reference.contype = 'f'
    and relation.relnamespace = 'public'::regnamespace
    and relation.relname = any(%s)
    and not (child.relnamespace = relation.relnamespace and child.relname = any(%s));
