-- Objects of somebody else that hang on the given tables of `public`, on their enum types or on their sequences.
with

moving as (
    select
        pg_class.oid,
        pg_class.reltype
    from pg_class
    where
        pg_class.relnamespace = 'public'::regnamespace
        and pg_class.relname = any(%s)
),

parts as (
    select
        'pg_class'::regclass as class,
        moving.oid
    from moving
    union all
    select
        'pg_type'::regclass as class,
        moving.reltype
    from moving
    union
    select
        'pg_type'::regclass as class,
        pg_type.oid
    from moving
    inner join pg_attribute on moving.oid = pg_attribute.attrelid
    inner join pg_type on pg_attribute.atttypid = pg_type.oid
    where pg_type.typtype = 'e' and pg_type.typnamespace = 'public'::regnamespace
    union
    select
        'pg_class'::regclass as class,
        pg_depend.objid
    from moving
    inner join pg_depend on moving.oid = pg_depend.refobjid
    inner join pg_class on pg_depend.objid = pg_class.oid
    where
        pg_class.relkind = 'S'
        and pg_depend.classid = 'pg_class'::regclass
        and pg_depend.refclassid = 'pg_class'::regclass
),

dependencies as (
    select
        pg_depend.classid,
        pg_depend.objid
    from parts
    inner join pg_depend on parts.class = pg_depend.refclassid and parts.oid = pg_depend.refobjid
)

select distinct
    'view' as kind,
    view.oid::regclass::text as name
from dependencies
inner join pg_rewrite as rule on dependencies.objid = rule.oid
inner join pg_class as view on rule.ev_class = view.oid
where
    dependencies.classid = 'pg_rewrite'::regclass
    and view.relkind in ('v', 'm')

union all

select distinct
    'foreign key' as kind,
    quote_ident(reference.conname) || ' of ' || reference.conrelid::regclass::text as name
from dependencies
inner join pg_constraint as reference on dependencies.objid = reference.oid
where
    dependencies.classid = 'pg_constraint'::regclass
    and reference.contype = 'f'
    and reference.conrelid not in (select moving.oid from moving)

union all

select distinct
    identified.type as kind,
    identified.identity as name
from dependencies
cross join lateral pg_identify_object(dependencies.classid, dependencies.objid, 0) as identified
left join pg_trigger as trigger
    on dependencies.objid = trigger.oid and dependencies.classid = 'pg_trigger'::regclass
left join pg_class as relation
    on dependencies.objid = relation.oid and dependencies.classid = 'pg_class'::regclass
left join pg_attrdef as value
    on dependencies.objid = value.oid and dependencies.classid = 'pg_attrdef'::regclass
left join pg_rewrite as rule
    on dependencies.objid = rule.oid and dependencies.classid = 'pg_rewrite'::regclass
where
    dependencies.classid in (
        'pg_policy'::regclass, 'pg_proc'::regclass, 'pg_publication_rel'::regclass, 'pg_statistic_ext'::regclass
    )
    or not trigger.tgisinternal
    or (relation.relkind in ('r', 'p', 'f', 'c') and relation.oid not in (select moving.oid from moving))
    or value.adrelid not in (select moving.oid from moving)
    or rule.ev_class in (select moving.oid from moving);
