{# What stands for an email address where the address itself must not be: equal for addresses that differ in case. #}
{% macro email_digest(email) -%}
    encode(sha256(convert_to(lower({{ email }}), 'UTF8')), 'hex')
{%- endmacro %}
