{# Texts as SQL, quoted and separated by commas. #}
{% macro literal_list(texts) %}
    {% set literals = [] %}
    {% for text in texts %}
        {% do literals.append(literal(text)) %}
    {% endfor %}
    {{ return(literals | join(', ')) }}
{% endmacro %}
