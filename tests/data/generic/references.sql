{#
    Rows that refer to a row which does not exist. `columns` names the referring columns of a key with several;
    otherwise the column the test stands at is the only one. A key with a NULL in it refers to nothing.
#}
{% test references(model, to, to_columns, column_name=none, columns=none) %}

    select {{ primary_key(model, 'child.') }}
    from {{ model }} as child
    where
        {{ reference_condition(columns or [bare(column_name)], none) }}
        and not exists (
            select from {{ to }} as parent
            where {{ reference_condition(columns or [bare(column_name)], to_columns) }}
        )

{% endtest %}
