create table convergence_landing.manifest (
    system text not null,
    table_name text primary key,
    source_rows bigint not null,
    exported_rows bigint not null,
    landed_rows bigint not null,
    digest text not null
);
