{# The query that counts the orphans of one column. Both sides are compared as text, since types may differ. #}
{% macro orphan_count(child, column) %}
    {% set table, _, name = column.config.meta.refers_to.partition('.') %}
    {% set from_child = api.Relation.create(child.database, child.schema, child.name) ~ ' as child' %}
    {% set from_parent = api.Relation.create(child.database, child.schema, table) ~ ' as parent' %}
    {% set value = 'child.' ~ adapter.quote(column.name) ~ '::text' %}
    {% set found = 'select from ' ~ from_parent ~ ' where parent.' ~ adapter.quote(name) ~ '::text = ' ~ value %}
    {% set labels = literal_list([child.name, column.name, column.config.meta.refers_to]) %}
    {% set condition = value ~ ' is not null and not exists (' ~ found ~ ')' %}
    {{ return('select ' ~ labels ~ ', count(*) from ' ~ from_child ~ ' where ' ~ condition) }}
{% endmacro %}
