{#- Column names as SQL, quoted and separated by commas. -#}
{% macro quoted_list(names, prefix='') -%}
    {%- for name in names -%}
        {{ prefix }}{{ adapter.quote(name) }}{{ ', ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}
