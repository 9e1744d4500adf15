"""The golden corpus through every engine: each spells the same field for the same value, the documented one."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from runner import digest, rules
from runner.duckdb import staging
from runner.duckdb.engine import open_engine
from runner.manifest import File
from runner.mapping import TableMapping, base_type
from runner.postgres import target
from runner.rules import OVERRIDES
from runner.systems import LANDING, all_systems
from tests.corpus import row_text, scratch, tables
from tests.servers import Postgres, SourceServer

CORPUS = Path(__file__).parents[1] / "corpus" / "canonical.json"
Group = dict[str, Any]
GROUPS: list[Group] = json.loads(CORPUS.read_text(encoding="utf-8"))
NAMES = [f"{one['source'][:20]} to {one['target']} {one.get('override', '')}".strip() for one in GROUPS]
Spelled = list[tuple[bytes, str]]


def mapped(number: int) -> TableMapping:
    """The table of one group: a number, and the value."""
    group, name = GROUPS[number], f"group_{number}"
    rule = group.get("override")
    return tables.table(
        tables.column("id", "int", "integer", nullable=False),
        tables.column(
            "v",
            group["source"],
            group["target"],
            override=tables.override("v", rule, group.get("argument", ""), table=name) if rule else None,
            labels=tuple(group.get("labels", ())),
        ),
        name=name,
    )


TABLES = [mapped(number) for number in range(len(GROUPS))]


@dataclass
class Spellings:
    """What each engine makes of each group: field and prefix of every case, in the corpus's order."""

    kind: str
    by_engine: dict[str, list[Spelled]] = field(default_factory=dict)

    def canonical(self, case: dict[str, Any], *, value: bool) -> str | None:
        """The golden text; MariaDB keeps the JSON it was given, and `value` asks for what jsonb prints of it."""
        maria = "mariadb" if self.kind == "mariadb" else ""
        names = [f"{maria}_value", "value"] if value else []
        found = next((case[name] for name in (*names, maria, "canonical") if name in case), None)
        assert found is None or isinstance(found, str)
        return found


@pytest.fixture(scope="module")
def spellings(
    source_server: SourceServer, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Spellings]:
    """The corpus in a source, exported, staged and landed in two Postgres versions."""
    database, folder = f"corpus_{secrets.token_hex(4)}", tmp_path_factory.mktemp(source_server.kind)
    found = Spellings(source_server.kind)
    source_server.create_database(database)
    _fill(source_server, database)
    found.by_engine["source"] = _of_source(source_server, database)
    files = scratch.exported(scratch.source_address(source_server.url(database)), TABLES, folder)
    for form in ("source", "value"):
        found.by_engine[f"duckdb {form}"] = _of_duckdb(folder, files, form)
    for name in ("postgres15", "postgres17"):
        server: Postgres = request.getfixturevalue(name)
        password = secrets.token_urlsafe(12)
        server.create_role_and_database(database, password)
        where = scratch.target_address(server.url(database, database, password))
        scratch.landed(where, [(one, files[one.name]) for one in TABLES], folder, folder / "scratch")
        with target.connect(where) as connection:
            found.by_engine[name] = [_of_landing(connection, one) for one in TABLES]
        server.drop_role_and_database(database)
    yield found
    source_server.drop_database(database)


def _fill(server: SourceServer, database: str) -> None:
    with server.connect(database) as connection, connection.cursor() as cursor:
        # Strict, so that no literal is cut unseen, but with zero dates, which old data holds.
        cursor.execute("set session sql_mode = 'STRICT_ALL_TABLES', time_zone = '+00:00'")
        for mapping, group in zip(TABLES, GROUPS, strict=True):
            scratch.create(cursor, mapping)
            for number, case in enumerate(group["cases"]):
                cursor.execute(f"insert into {mapping.name} values ({number}, {case['sql']})")
        connection.commit()


def _of_source(server: SourceServer, database: str) -> list[Spelled]:
    found = []
    with server.connect(database) as connection, connection.cursor() as cursor:
        for mapping in TABLES:
            column = mapping.columns[1]
            cursor.execute(
                f"select cast({digest.field('mysql', column)} as binary), {digest.prefix('mysql', [column])} "
                f"from {mapping.name} order by id"
            )
            found.append([(bytes(row[0]), str(row[1])) for row in cursor.fetchall()])
    return found


def _of_duckdb(folder: Path, files: dict[str, File], form: digest.Form) -> list[Spelled]:
    found = []
    with open_engine(folder / "scratch", 9) as engine:
        for mapping in TABLES:
            column, file = mapping.columns[1], files[mapping.name]
            rows = engine.execute(
                f"SELECT coalesce({digest.field('duckdb', column, form)}, ''), "
                f"{digest.prefix('duckdb', [column], form)} "
                f"FROM {staging.read_files(folder, [file], ['id', 'v'])} ORDER BY id::INTEGER"
            ).fetchall()
            found.append([(row[0].encode(), row[1]) for row in rows])
    return found


def _of_landing(connection: psycopg.Connection[Any], mapping: TableMapping) -> Spelled:
    column = mapping.columns[1]
    query = sql.SQL("SELECT coalesce({}, ''), {} FROM {} ORDER BY id").format(
        target.trusted(digest.field("postgres", column)),
        target.trusted(digest.prefix("postgres", [column])),
        sql.Identifier(LANDING, mapping.name),
    )
    return [(row[0].encode(), row[1]) for row in connection.execute(query).fetchall()]


def golden(number: int, canonical: Callable[[dict[str, Any]], str | None]) -> Spelled:
    """What the documentation says, worked out with nothing but `hashlib`."""
    column, found = TABLES[number].columns[1], []
    in_hex = column.rule == "bytea" or GROUPS[number].get("override") == "whiteboard_base64"
    for case in GROUPS[number]["cases"]:
        text = canonical(case)
        content = None if text is None else bytes.fromhex(text) if in_hex else text.encode()
        spelled = row_text.wrapped(row_text.kind(column), content)
        found.append((spelled, hashlib.sha256(spelled + b";").hexdigest()[:15]))
    return found


@pytest.mark.parametrize("engine", ["source", "duckdb source"])
@pytest.mark.parametrize("number", range(len(GROUPS)), ids=NAMES)
def test_the_form_of_the_source(spellings: Spellings, number: int, engine: str) -> None:
    expected = golden(number, lambda case: spellings.canonical(case, value=False))
    assert spellings.by_engine[engine][number] == expected


@pytest.mark.parametrize("engine", ["duckdb value", "postgres15", "postgres17"])
@pytest.mark.parametrize("number", range(len(GROUPS)), ids=NAMES)
def test_the_form_of_the_value(spellings: Spellings, number: int, engine: str) -> None:
    expected = golden(number, lambda case: spellings.canonical(case, value=True))
    assert spellings.by_engine[engine][number] == expected


def test_the_corpus_has_every_rule_and_override() -> None:
    casts = {(one.source_type, one.target_type) for one in rules.read().casts}
    known = {(base_type(one["source"]), base_type(one["target"])) for one in GROUPS}
    enums = {("enum", "mood")}
    assert casts == (known - enums) | {("enum", "enum")}
    assert {one["override"] for one in GROUPS if "override" in one} == OVERRIDES.keys() - {"skip_row_where"}


def test_the_corpus_has_every_type_of_the_systems() -> None:
    known = {(base_type(one["source"]), one["target"].partition("(")[0]) for one in GROUPS}
    for system in all_systems():
        for name, one in system.target_catalog.tables.items():
            for column in one.columns:
                pair = (
                    base_type(system.source_catalog.tables[name].column(column.name).type),
                    column.type.partition("(")[0],
                )
                assert pair in known or column.type in system.target_catalog.enums


def test_different_cases_have_different_fields() -> None:
    for number, group in enumerate(GROUPS):
        found = golden(number, lambda case: case["canonical"])
        texts = {json.dumps(case["canonical"]) for case in group["cases"]}
        assert len({spelled for spelled, _ in found}) == len({prefix for _, prefix in found}) == len(texts)
