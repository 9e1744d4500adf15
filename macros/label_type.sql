{# An enum type of the baseline, in the schema that holds its tables. #}
{# Quoted here and not by the adapter: sqlfluff renders models without one. #}
{% macro label_type(name) %}
    {{ return(baseline_schema() ~ '."' ~ name | replace('"', '""') ~ '"') }}
{% endmacro %}
