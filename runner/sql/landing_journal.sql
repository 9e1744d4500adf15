-- Which files have arrived, noted in the transaction that brings their rows. Unlogged as the rows are: after a crash
-- of the server both are gone, never one of them.
create unlogged table if not exists convergence_landing.journal (
    path text primary key,
    table_name text not null,
    sha256 text not null,
    rows bigint not null,
    value_digest numeric not null,
    touched text not null,
    seconds double precision not null
);
