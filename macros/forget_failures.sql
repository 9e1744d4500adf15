{# Before tests: drops what earlier ones stored, so that the schema of failures shows those of the last command. #}
{% macro forget_failures() %}
    {% set statement %}
        do $convergence$
        declare
            stale text;
        begin
            for stale in
                select oid::regclass::text from pg_class
                where relnamespace = to_regnamespace('convergence_failures') and relkind = 'r'
            loop
                execute 'drop table ' || stale;
            end loop;
        end
        $convergence$
    {% endset %}
    {{ return(statement if flags.WHICH in ('test', 'build') else '') }}
{% endmacro %}
