{# For every owned sequence the last value it gave out, and the largest value in its column. #}
{% macro sequence_positions() %}
    {% set positions = ['select null::text as sequence_name, 0::bigint as given, 0::bigint as largest where false'] %}
    {% for row in owned_sequences() %}
        {% set table = api.Relation.create(target.database, baseline_schema(), row['table_name']) %}
        {% set sequence = api.Relation.create(target.database, baseline_schema(), row['sequence_name']) %}
        {% set largest = '(select max(' ~ adapter.quote(row['column_name']) ~ ') from ' ~ table ~ ')' %}
        {% set given = 'case when is_called then last_value else last_value - 1 end' %}
        {% set name = literal(row['sequence_name']) %}
        {% do positions.append('select ' ~ name ~ ', ' ~ given ~ ', ' ~ largest ~ ' from ' ~ sequence) %}
    {% endfor %}
    {{ return(positions | join('\n    union all ')) }}
{% endmacro %}
