{# Column names as SQL, quoted and separated by commas. #}
{% macro quoted_list(names, prefix='') %}
    {% set quoted = [] %}
    {% for name in names %}
        {% do quoted.append(prefix ~ adapter.quote(name)) %}
    {% endfor %}
    {{ return(quoted | join(', ')) }}
{% endmacro %}
