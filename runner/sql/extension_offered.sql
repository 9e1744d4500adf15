-- Whether a trusted extension is there to create and not yet created.
select exists (
    select
    from pg_available_extension_versions as version
    where
        version.name = %s
        and version.trusted
        and not version.installed
        and not exists (select from pg_extension where pg_extension.extname = version.name)
        and has_database_privilege(current_database(), 'CREATE')
);
