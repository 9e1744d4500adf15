create schema if not exists convergence_record;

create table if not exists convergence_record.publication (
    number bigint generated always as identity primary key,
    run_id uuid not null unique,
    system text not null,
    retired text not null,
    kept text [] not null,
    published_at timestamptz not null default now()
);
