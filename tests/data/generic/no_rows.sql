{# Rows of a model that should have none, because each of them is a finding. #}
{% test no_rows(model) %}

    select * from {{ model }}

{% endtest %}
