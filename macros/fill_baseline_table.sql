{#
    A block that inserts a query's rows into a baseline table, after making sure that the table exists, has
    exactly these columns and is empty. With `within`, a condition over the columns, only the rows it chooses are
    inserted, and only of them there may be none; with `key`, the columns of the primary key, those that are there are
    overwritten by the rows of the same key, so that references to them never break. It runs inside PL/pgSQL because
    Postgres quotes rows in its messages and details, and dbt prints and stores what it is told: an error of the insert
    goes on as its SQLSTATE and the names of table, column and constraint. The number of rows is left in
    `convergence.rows`.
#}
{% macro fill_baseline_table(relation, columns, sql, within='', key=[]) %}
    {# No name in the block can hold the mark that ends it. #}
    {% set tag = '$convergence_' ~ local_md5(relation ~ sql ~ within) ~ '$' %}
    {% set unwanted = 'false' if key else within or 'true' %}
    {% set rows = rows_within(columns, sql, within) if within else sql %}
    {% set rows = rows ~ overwriting(columns, key) if key else rows %}
do {{ tag }}
#variable_conflict use_column
declare
    only_in_model text;
    only_in_table text;
    inserted bigint;
    sqlstate_of text;
    table_of text;
    column_of text;
    constraint_of text;
begin
    if to_regclass({{ literal(relation) }}) is null then
        raise exception using
            errcode = 'undefined_table',
            message = {{ literal(relation.identifier ~ ' is missing in ' ~ relation.schema ~ ': apply pre_data.sql first') }};
    end if;

    select
        string_agg(model.name, ', ') filter (where a.attname is null),
        string_agg(a.attname, ', ') filter (where model.name is null)
    into only_in_model, only_in_table
    from unnest(array[{{ literal_list(columns) }}]) as model (name)
    full join (
        select attname
        from pg_attribute
        where attrelid = to_regclass({{ literal(relation) }}) and attnum > 0 and not attisdropped
    ) as a on model.name = a.attname;
    if only_in_model is not null or only_in_table is not null then
        raise exception using
            errcode = 'undefined_column',
            message = format(
                '%s has other columns than its model: only in the model %s, only here %s',
                {{ literal(relation.identifier) }},
                coalesce(only_in_model, 'none'),
                coalesce(only_in_table, 'none')
            );
    end if;

    if exists (select from {{ relation }} where {{ unwanted }}) then
        raise exception using
            errcode = 'object_not_in_prerequisite_state',
            message = {{ literal(relation.identifier ~ ' holds rows already: empty it before it is filled again') }};
    end if;

    begin
        insert into {{ relation }} ({{ quoted_list(columns) }})
        {{ rows }};
        get diagnostics inserted = row_count;
    exception
        when others then
            get stacked diagnostics
                sqlstate_of = returned_sqlstate,
                table_of = table_name,
                column_of = column_name,
                constraint_of = constraint_name;
            raise exception using
                errcode = sqlstate_of,
                message = format(
                    'SQLSTATE %s in table %s, column %s, constraint %s',
                    sqlstate_of,
                    coalesce(nullif(table_of, ''), {{ literal(relation.identifier) }}),
                    coalesce(nullif(column_of, ''), 'none'),
                    coalesce(nullif(constraint_of, ''), 'none')
                );
    end;
    perform set_config('convergence.rows', inserted::text, false);
end
{{ tag }}
{% endmacro %}
