{# A table whose number of rows is not the number that was landed, or of which the manifest says nothing. #}
{% test row_count_matches_manifest(model) %}

    with

    counted as (
        select count(*) as final_rows from {{ model }}
    ),

    landed as (
        select landed_rows
        from {{ source('convergence', 'manifest') }}
        where system = '{{ target.name }}' and table_name = {{ literal(model.identifier) }}
    )

    select
        landed.landed_rows,
        counted.final_rows
    from counted
    left join landed on true
    where landed.landed_rows is distinct from counted.final_rows

{% endtest %}
