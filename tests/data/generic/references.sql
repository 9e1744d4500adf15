{#-
    Rows that refer to a row which does not exist. `columns` names the referring columns of a key with several,
    the column the test stands at is the only one otherwise; a key with a NULL in it refers to nothing.
-#}
{% test references(model, to, to_columns, column_name=none, columns=none) %}
{%- set own = columns | map('tojson') | list if columns else [column_name] %}

select {{ primary_key(model, 'child.') }}
from {{ model }} as child
where
    {%- for name in own %}
    child.{{ name }} is not null
    and
    {%- endfor %}
    not exists (
        select from {{ to }} as parent
        where
            {%- for name in own %}
            parent.{{ adapter.quote(to_columns[loop.index0]) }} = child.{{ name }}
            {%- if not loop.last %} and{% endif %}
            {%- endfor %}
    )

{% endtest %}
