{# What an insert does with a row whose key is there: every other column becomes that of the new row. #}
{% macro overwriting(columns, key) %}
    {% set changes = [] %}
    {% for name in columns if name not in key %}
        {% do changes.append(adapter.quote(name) ~ ' = excluded.' ~ adapter.quote(name)) %}
    {% endfor %}
    on conflict ({{ quoted_list(key) }}) do {{ 'update set ' ~ changes | join(', ') if changes else 'nothing' }}
{% endmacro %}
