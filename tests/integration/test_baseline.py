"""The baselines on real servers: what is applied is what is read back, and every fault is named."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import psycopg
import pytest

from runner.catalog.differences import target_differences
from runner.catalog.names import KEYWORDS, quoted
from runner.postgres.baseline import statements
from runner.postgres.catalog import read_catalog
from runner.systems import BUILD, System, all_systems, named
from tests.servers import Postgres

ALKEMIO, KRATOS = named("alkemio"), named("kratos")


@pytest.fixture(params=["postgres15", "postgres17", "postgres18"])
def server(request: pytest.FixtureRequest) -> Postgres:
    """Each supported version in turn."""
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Postgres)
    return found


@pytest.fixture
def session(server: Postgres, fresh_target: Callable[[Postgres], str]) -> Iterator[psycopg.Connection]:
    """A session of an ordinary owner in an empty database."""
    with psycopg.connect(fresh_target(server), autocommit=True) as connection:
        yield connection


def apply(connection: psycopg.Connection, system: System, schema: str = BUILD) -> None:
    """Apply the baseline's files as a person would: with a search path, by pasting."""
    with connection.transaction():
        connection.execute(f"create schema if not exists {schema}")
        connection.execute(f"set local search_path to {schema}")
        for name in ("pre_data.sql", "post_data.sql"):
            connection.execute((system.baseline_folder / name).read_text(encoding="utf-8").encode())


def drift(connection: psycopg.Connection, system: System, schema: str = BUILD) -> list[str]:
    """Every difference from the baseline, in words."""
    return [str(one) for one in target_differences(system.target_catalog, read_catalog(connection, schema))]


@pytest.mark.parametrize("system", all_systems(), ids=lambda system: system.name)
def test_applied_is_what_is_read_back(session: psycopg.Connection, system: System) -> None:
    apply(session, system)
    assert drift(session, system) == []
    # The same names twice in one database must not be confused with each other.
    apply(session, system, "public")
    assert drift(session, system) == []
    assert drift(session, system, "public") == []
    session.execute(f"drop schema {BUILD} cascade")
    assert drift(session, system, "public") == []


def test_statements_one_by_one_say_the_same(session: psycopg.Connection) -> None:
    session.execute(f"create schema {BUILD}")
    session.execute(f"set search_path to {BUILD}")
    for name in ("pre_data.sql", "post_data.sql"):
        for statement in statements((KRATOS.baseline_folder / name).read_text(encoding="utf-8")):
            session.execute(statement.sql.encode())
    assert drift(session, KRATOS) == []


def test_reading_leaves_the_session_as_it_was(session: psycopg.Connection) -> None:
    session.execute("set search_path to pg_catalog")
    read_catalog(session, "public")
    assert session.execute("show search_path").fetchone() == ("pg_catalog",)
    with session.transaction():
        session.execute("set local search_path to public")
        session.execute("create table before (id int)")
        assert "before" in read_catalog(session, "public").tables
        assert session.execute("show search_path").fetchone() == ("public",)
    assert session.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
    assert session.execute("select count(*) from public.before").fetchone() == (0,)


def test_extensions_add_nothing(session: psycopg.Connection) -> None:
    apply(session, KRATOS, "public")
    session.execute("create extension pg_trgm; create extension btree_gin")
    found = read_catalog(session, "public")
    assert target_differences(KRATOS.target_catalog, found) == []
    assert {"pg_trgm", "btree_gin", "plpgsql"} == set(found.extensions)


def test_default_of_an_extension_is_equal(session: psycopg.Connection) -> None:
    available = session.execute("select from pg_available_extensions where name = 'uuid-ossp'").fetchone()
    if available is None:
        # The wheel of Postgres 18 brings no uuid-ossp; a function of that name is printed the same.
        session.execute("create function uuid_generate_v4() returns uuid return gen_random_uuid()")
    else:
        session.execute('create extension "uuid-ossp"')
    apply(session, ALKEMIO, "public")
    session.execute('alter table "user" alter column id set default uuid_generate_v4()')
    assert read_catalog(session, "public").tables["user"].column("id").default == "uuid_generate_v4()"
    assert drift(session, ALKEMIO, "public") == []


def test_missing_schema_is_an_empty_catalog(session: psycopg.Connection) -> None:
    assert read_catalog(session, "nowhere").tables == {}


def test_keywords_are_those_of_the_server(session: psycopg.Connection) -> None:
    words = session.execute("select word from pg_get_keywords() where catcode <> 'U'").fetchall()
    assert {word for (word,) in words} <= KEYWORDS
    for name in ("user", "type", "nameID", "query-result-cache", "größe", "a b", 'a"b'):
        row = session.execute("select quote_ident(%s)", (name,)).fetchone()
        assert row == (quoted(name),)


BREAKAGES = [
    ("drop table courier_message_dispatches", "table courier_message_dispatches is missing"),
    ("create table challenge (id int)", "table challenge is not expected"),
    (
        "alter table schema_migration set unlogged",
        "table schema_migration differs in definition: expected none, found unlogged",
    ),
    ("alter table networks enable row level security", "found row security"),
    ("alter table networks drop column updated_at", "networks: column updated_at is missing"),
    ("alter table networks add column more text", "networks: column more is not expected"),
    (
        "alter table networks drop column created_at, add column created_at timestamp not null",
        "networks: columns differs in order",
    ),
    ("alter table networks alter column created_at type timestamptz", "column created_at differs in type"),
    ("alter table networks alter column created_at drop not null", "created_at differs in nullability"),
    ("alter table networks alter column created_at set default now()", "created_at differs in default"),
    ('alter table courier_messages alter column body type text collate "C"', "column body differs in definition"),
    ("alter table session_devices drop constraint session_devices_pkey", "primary key session_devices_pkey is missing"),
    ("drop index sessions_token_uq_idx", "sessions: unique sessions_token_uq_idx is missing"),
    ("drop index courier_message_dispatches_nid_idx", "index courier_message_dispatches_nid_idx is missing"),
    ("create index more on networks (created_at)", "networks: index more is not expected"),
    ("create index more on networks (lower(id::text)) where id is not null", "WHERE (id IS NOT NULL)"),
    ("create index more on networks using hash (id)", "hash"),
    (
        "drop index sessions_nid_created_at_id_idx; "
        "create index sessions_nid_created_at_id_idx on sessions (nid, created_at, id)",
        "index sessions_nid_created_at_id_idx differs in definition: expected (nid, created_at desc, id), "
        "found (nid, created_at, id)",
    ),
    (
        "drop index sessions_nid_created_at_id_idx; "
        "create index sessions_nid_created_at_id_idx on sessions (nid, created_at desc nulls last, id)",
        "DESC NULLS LAST",
    ),
    (
        "alter table identities drop constraint identities_nid_fk_idx",
        "identities: foreign key identities_nid_fk_idx is missing",
    ),
    (
        "alter table identities drop constraint identities_nid_fk_idx, add constraint identities_nid_fk_idx "
        "foreign key (nid) references networks on delete cascade on update cascade",
        "on update cascade",
    ),
    (
        "alter table identities drop constraint identities_nid_fk_idx, add constraint identities_nid_fk_idx "
        "foreign key (nid) references networks on delete cascade on update restrict not valid",
        "not valid",
    ),
    (
        "alter table identities drop constraint identities_nid_fk_idx, add constraint identities_nid_fk_idx "
        "foreign key (nid) references networks on delete cascade on update restrict deferrable",
        "deferrable",
    ),
    (
        "alter table identity_recovery_tokens drop constraint identity_recovery_tokens_token_type_ck",
        "check identity_recovery_tokens_token_type_ck is missing",
    ),
    ("alter table networks add constraint more check (created_at > '2000-01-01') not valid", "NOT VALID"),
    ("create type colour as enum ('red')", "enum colour is not expected"),
    ("create sequence more", "sequence more is not expected"),
    ("create view more as select 1", "view more is not expected"),
    ("create materialized view more as select 1 as a", "view more is not expected"),
    (
        "create trigger more before update on networks for each row execute function "
        "suppress_redundant_updates_trigger()",
        "trigger networks.more is not expected",
    ),
]


def test_every_fault_is_named(session: psycopg.Connection) -> None:
    apply(session, KRATOS)
    session.execute(f"set search_path to {BUILD}")
    for fault, told in BREAKAGES:
        with session.transaction(force_rollback=True):
            session.execute(fault.encode())
            found = drift(session, KRATOS)
            assert [line for line in found if told in line], (fault, found)
    assert drift(session, KRATOS) == []


def test_faults_of_sequences_and_enums_are_named(session: psycopg.Connection) -> None:
    apply(session, ALKEMIO)
    session.execute(f"set search_path to {BUILD}")
    for fault, told in [
        (
            'alter sequence "space_rowId_seq" owned by none',
            "expected integer, owned by space.rowId, found integer, owned",
        ),
        ('alter sequence "space_rowId_seq" increment 2', "increment 2"),
        ('alter table space alter column "rowId" drop default', "column rowId differs in default"),
        ("alter type profile_type_enum rename value 'post' to 'posting'", "enum profile_type_enum differs"),
        ("alter type profile_type_enum add value 'more' before 'post'", "enum profile_type_enum differs"),
    ]:
        with session.transaction(force_rollback=True):
            session.execute(fault.encode())
            assert [line for line in drift(session, ALKEMIO) if told in line], fault


def test_disabled_constraint_triggers_are_seen(postgres18: Postgres, fresh_target: Callable[[Postgres], str]) -> None:
    database = fresh_target(postgres18).rpartition("/")[2]
    with postgres18.connect(database) as connection:
        apply(connection, KRATOS)
        connection.execute(f"alter table {BUILD}.identities disable trigger all")
        assert [line for line in drift(connection, KRATOS) if "identities_nid_fk_idx" in line and "disabled" in line]


def test_not_null_that_is_not_validated_is_no_not_null(
    postgres18: Postgres, fresh_target: Callable[[Postgres], str]
) -> None:
    with psycopg.connect(fresh_target(postgres18), autocommit=True) as connection:
        apply(connection, KRATOS)
        connection.execute(f"alter table {BUILD}.networks alter column created_at drop not null")
        connection.execute(f"alter table {BUILD}.networks add constraint later not null created_at not valid".encode())
        assert drift(connection, KRATOS) == [
            "networks: column created_at differs in nullability: expected not null, found null"
        ]
