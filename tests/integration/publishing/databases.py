"""Databases to publish into: what is in them, and what they hold afterwards."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Any, LiteralString

from psycopg import sql

from runner.catalog import differences
from runner.phases import publish
from runner.postgres import baseline, build, target
from runner.postgres.catalog import read_catalog
from runner.run import Run
from runner.settings import Address
from runner.systems import BUILD, FINAL, System, named
from tests.corpus.scratch import target_address
from tests.servers import Postgres

ALKEMIO, KRATOS = named("alkemio"), named("kratos")


KEPT = {ALKEMIO: {"migrations_typeorm", "query-result-cache"}, KRATOS: {"schema_migration"}}


# What the application finds after a fresh installation, and what a migration brings.
SEEDS: dict[System, tuple[LiteralString, ...]] = {
    KRATOS: (
        "insert into schema_migration values ('20240101', 0), ('20240202', 0)",
        "insert into identity_credential_types values (gen_random_uuid(), 'password'), (gen_random_uuid(), 'oidc')",
    ),
    ALKEMIO: (
        "insert into migrations_typeorm (timestamp, name) values (1, 'first'), (2, 'second')",
        """insert into activity (version, "triggeredBy", "resourceID", "collaborationID", visibility, type)
           values (1, gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), true, 'seed')""",
        """insert into profile (version, "displayName", type) values (1, 'seed', 'user')""",
    ),
}


MIGRATED: dict[System, tuple[LiteralString, ...]] = {
    KRATOS: (
        "insert into networks select gen_random_uuid(), now(), now() from generate_series(1, 5)",
        "insert into identity_credential_types values (gen_random_uuid(), 'migrated')",
    ),
    ALKEMIO: (
        """insert into activity (version, "rowId", "triggeredBy", "resourceID", "collaborationID", visibility, type)
           select 1, 40 + n, gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), false, 'migrated'
           from generate_series(1, 3) as n""",
        """insert into profile (version, "displayName", type) values (1, 'migrated', 'space-about')""",
    ),
}


@dataclass
class Targets:
    """Databases of one server, cloned from templates so that each test has its own in no time."""

    server: Postgres
    owner: str = field(default_factory=lambda: f"publisher_{secrets.token_hex(4)}")
    reader: str = field(default_factory=lambda: f"reader_{secrets.token_hex(4)}")
    password: str = field(default_factory=lambda: secrets.token_urlsafe(12))
    templates: dict[tuple[System, bool], str] = field(default_factory=dict)
    made: list[str] = field(default_factory=list)

    def admin(self, statement: str, *names: str) -> None:
        with self.server.connect() as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def url(self, database: str) -> str:
        return self.server.url(database, self.owner, self.password)

    def template(self, system: System, *, seeded: bool) -> str:
        """A database with a finished build and, when seeded, a fresh installation in public."""
        if (system, seeded) not in self.templates:
            source = self.template(system, seeded=False) if seeded else "template0"
            name = f"template_{system.name}_{seeded}_{secrets.token_hex(4)}".lower()
            self.admin("create database {} template {} owner {}", name, source, self.owner)
            self.templates[system, seeded] = name
            where = target_address(self.url(name))
            if seeded:
                install(system, where)
            else:
                load(system, where)
        return self.templates[system, seeded]

    def clone(self, system: System, *, seeded: bool) -> Address:
        name = f"target_{secrets.token_hex(4)}"
        self.admin("create database {} template {} owner {}", name, self.template(system, seeded=seeded), self.owner)
        self.made.append(name)
        return target_address(self.url(name))

    def drop(self, names: list[str]) -> None:
        for name in names:
            self.admin("drop database {} with (force)", name)
        names.clear()


def install(system: System, where: Address) -> None:
    """The baseline in public with its seed rows and extensions, as the application's own migrations leave it."""
    with target.connect(where, autocommit=False) as connection:
        for name in system.target_catalog.extensions:
            offered = connection.execute("select from pg_available_extensions where name = %s", [name]).fetchone()
            if offered is not None:
                connection.execute(sql.SQL("create extension if not exists {}").format(sql.Identifier(name)))
        for name in ("pre_data.sql", "post_data.sql"):
            for statement in baseline.statements((system.baseline_folder / name).read_text(encoding="utf-8")):
                connection.execute(target.trusted(statement.sql))
        for seed in SEEDS[system]:
            connection.execute(seed)


def load(system: System, where: Address) -> None:
    """A finished build, as the load phase leaves it."""
    build.prepare(system, where)
    with target.connect(where) as connection:
        connection.execute(sql.SQL("set search_path to {}").format(sql.Identifier(BUILD)))
        for statement in MIGRATED[system]:
            connection.execute(statement)
    for add in (build.add_keys, build.add_foreign_keys):
        add(system, where, dict.fromkeys(system.target_catalog.tables, 0), 2)
    build.set_sequences(system, where)


def go(run: Run, where: Address, system: System = KRATOS) -> None:
    publish.publish(run, {system: where}, {system: KEPT[system]})


def query(where: Address, statement: LiteralString, *parameters: object) -> list[tuple[Any, ...]]:
    with target.connect(where) as connection:
        return connection.execute(statement, parameters or None).fetchall()


def execute(where: Address, statement: LiteralString, *names: str) -> None:
    with target.connect(where) as connection:
        connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def state(where: Address, schema: str = FINAL) -> dict[str, Any]:
    """Everything of a schema that a person could miss: catalog, rows, sequences, grants, comments, identities."""
    with target.connect(where) as connection:
        relations = connection.execute(
            """select c.relname, c.oid, c.relkind, c.relacl::text, obj_description(c.oid),
                      (select array_agg((a.attname, a.attacl, col_description(c.oid, a.attnum)) order by a.attnum)::text
                       from pg_attribute as a where a.attrelid = c.oid and a.attnum > 0)
               from pg_class as c where c.relnamespace = to_regnamespace(%s) and c.relkind in ('r', 'S') order by 1""",
            [schema],
        ).fetchall()
        rows = {
            name: connection.execute(
                sql.SQL("select one::text from {} as one order by 1").format(sql.Identifier(schema, name))
                if kind == "r"
                else sql.SQL("select last_value, is_called from {}").format(sql.Identifier(schema, name))
            ).fetchall()
            for name, _, kind, *_ in relations
        }
        return {"catalog": read_catalog(connection, schema), "relations": relations, "rows": rows}


def schemas(where: Address) -> set[str]:
    found = query(where, "select nspname from pg_namespace where nspname !~ '^(pg_|information_schema)'")
    return {row[0] for row in found}


def drift(where: Address, system: System) -> list[Any]:
    with target.connect(where) as connection:
        return differences.target_differences(system.target_catalog, read_catalog(connection, FINAL))


def names_of(where: Address) -> set[str]:
    return {row[0] for row in query(where, "select name from identity_credential_types")}
