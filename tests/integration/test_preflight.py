"""The preflight sees exactly the fault that each folder of `tests/scenarios/` seeds, and none in a good source.

A `scenario.json` names the system, the table, the servers it can happen on, the statements that bring it about
and the violations that must be found, none for something that only looks like a fault. It may change what the
project declares: a column's source type (`mapping`), a column's rule (`override`), a table's `skip_row_where`.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain, pairwise
from pathlib import Path

import pymysql
import pytest
from pydantic import SecretStr

from runner import mapping, rules
from runner.errors import Violation
from runner.exports.chunks import Chunk
from runner.mapping import TableMapping
from runner.mysql import source
from runner.preflight import ExamineChunk, Examined, examine, ranges
from runner.rules import Override
from runner.settings import Address
from runner.systems import ROOT, System, all_systems, named
from runner.workers import Context
from tests.integration.scenarios import ruled
from tests.servers import SourceServer, defaults
from tests.servers.source import quoted
from tests.sources import generator, schema

SCENARIOS = sorted((ROOT / "tests" / "scenarios").glob("*/scenario.json"))
READER, PASSWORD = "preflight_reader", "only-select"
BETWEEN_ROWS = {"foreign_key", "primary_key", "unique", "uuid_spelled_twice", "rule_limit_exceeded"}


@dataclass(frozen=True)
class Source:
    """A system's good source: `good` stays as it is, what a test does to `database` is undone after it."""

    server: SourceServer
    system: System
    good: str
    database: str

    @property
    def mappings(self) -> dict[str, TableMapping]:
        return mapping.of_system(self.system, rules.read())

    @property
    def address(self) -> Address:
        """As an account that may only SELECT knows it."""
        return source.address(SecretStr(self.server.url(self.database, READER, PASSWORD)), "SOURCE")

    @property
    def shows_foreign_keys(self) -> bool:
        """Whether that account sees them: MariaDB lists them only for those who may do more than read."""
        return self.server.kind == "mysql"

    def connect(self) -> source.Connection:
        """A session as the check phase has it."""
        return source.connect(self.address)

    def find(self, mappings: Mapping[str, TableMapping] | None = None) -> list[Violation]:
        return list(self.examine(mappings).violations)

    def examine(self, mappings: Mapping[str, TableMapping] | None = None, *, by_range: bool = False) -> Examined:
        return examine(self.connect, self.system, mappings or self.mappings, jobs=2, by_range=by_range)

    def in_ranges(self, table: TableMapping, *bounds: str) -> list[Violation]:
        """What the export finds in a table's rows when the check has left them to it, cut at these keys."""
        edges = [None, *bounds, None]
        with closing(self.connect()) as connection:
            context = Context(0, {f"source {self.system.name}": connection})
            examined = [
                ExamineChunk(
                    Chunk(self.system.name, table.name, number, table.key[0], low, high, 0), table, self.address
                )(context)
                for number, (low, high) in enumerate(pairwise(edges), start=1)
            ]
        return ranges.merged(chain.from_iterable(examined))

    def converts(self, table: str) -> bool:
        """Whether the server sends other bytes of some column than it stores."""
        query = (
            "select count(*) from information_schema.columns where table_schema = %s and table_name = %s "
            "and character_set_name not in ('utf8mb4', 'utf8mb3', 'utf8')"
        )
        with closing(self.connect()) as connection:
            return bool(source.fetch_value(connection, query, (self.database, table)))

    def run(self, statements: Sequence[str]) -> None:
        with self.server.connect(self.database) as connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            connection.commit()

    def restore(self, table: str) -> None:
        """Makes the table anew, whatever its columns and rows have become."""
        with self.server.connect(self.database) as connection:
            collations = schema.MARIADB_COLLATIONS if schema.is_mariadb(connection) else {}
            made = schema.statements(self.system.source_catalog, collations, connection.escape)
            statement = dict(zip(self.system.source_catalog.tables, made, strict=True))[table]
        copy = f"insert into {quoted(table)} select * from {quoted(self.good)}.{quoted(table)}"
        self.run(["set session foreign_key_checks = 0", f"drop table {quoted(table)}", statement, copy])


@pytest.fixture(scope="module")
def filled(request: pytest.FixtureRequest) -> Iterator[Callable[[str], dict[str, Source]]]:
    """A function that returns a good source of every system on a kind of server, made once."""
    with ExitStack() as stack:
        yield cache(lambda kind: stack.enter_context(_sources(request.getfixturevalue(kind))))


@pytest.fixture(scope="module")
def sources(source_server: SourceServer, filled: Callable[[str], dict[str, Source]]) -> dict[str, Source]:
    """A good source of every system on each server in turn."""
    return filled(source_server.kind)


@contextmanager
def _sources(server: SourceServer) -> Iterator[dict[str, Source]]:
    server.create_account(READER, PASSWORD, ("SELECT",))
    made = {system.name: _filled(server, system) for system in all_systems()}
    yield made
    for one in made.values():
        server.drop_database(one.good)
        server.drop_database(one.database)
    server.drop_account(READER)


def _filled(server: SourceServer, system: System) -> Source:
    names = [f"preflight_{system.name}_{secrets.token_hex(4)}" for _ in range(2)]
    for name in names:
        server.create_database(name)
        with server.connect(name) as connection:
            schema.create(connection, system)
            generator.fill(connection, system, seed=7)
            connection.commit()
    return Source(server, system, *names)


@pytest.mark.parametrize("system", [system.name for system in all_systems()])
def test_good_source_has_no_violation(sources: dict[str, Source], system: str) -> None:
    assert sources[system].find() == []


def test_defaults_of_the_server_make_no_violation(sources: dict[str, Source]) -> None:
    with defaults.of_source(sources["kratos"].server):
        assert sources["kratos"].find() == []


# MySQL itself refuses what some scenarios seed.
POSSIBLE = [
    pytest.param(server, path, id=f"{server}-{path.parent.name}")
    for server in ("mysql", "mariadb")
    for path in SCENARIOS
    if server in json.loads(path.read_text(encoding="utf-8"))["servers"]
]


@pytest.mark.parametrize(("kind", "path"), POSSIBLE)
def test_scenario(filled: Callable[[str], dict[str, Source]], kind: str, path: Path) -> None:
    scenario = json.loads(path.read_text(encoding="utf-8"))
    one = filled(kind)[scenario["system"]]
    try:
        one.run(scenario["statements"])
        mappings = ruled(one.system, one.mappings, scenario)
        found = one.find(mappings)
        assert [(each.table, each.kind, each.column, each.rows) for each in found] == [
            (scenario["table"], each["kind"], each["column"], each["rows"]) for each in scenario["violations"]
        ]
        assert [len(each.sample_keys) for each in found] == [each["rows"] for each in scenario["violations"]]
        # What a check leaves to the export, the export finds; the check finds itself what no later phase could.
        of_rows = [each for each in found if each.kind not in BETWEEN_ROWS]
        in_ranges = one.in_ranges(mappings[scenario["table"]])
        converted = one.converts(scenario["table"])
        assert in_ranges == ([] if converted else of_rows)
        if of_rows and converted:
            assert list(one.examine(mappings, by_range=True).violations) == found
    finally:
        one.restore(scenario["table"])


def test_rows_may_be_left_to_their_ranges(sources: dict[str, Source]) -> None:
    one = sources["alkemio"]
    try:
        one.run(
            ["set session foreign_key_checks = 0", "update visual set profileId = '', name = char(0 using utf8mb4)"]
        )
        (every,) = {each.rows for each in one.find()}
        assert every > 1
        left = one.examine(by_range=True).violations
        assert [each.kind for each in left] == ([] if one.shows_foreign_keys else ["foreign_key"])
        whole = one.in_ranges(one.mappings["visual"])
        assert [(each.kind, each.rows) for each in whole] == [("nul_in_text", every), ("empty_uuid", every)]
        cut = one.in_ranges(one.mappings["visual"], "4", "8", "c")
        assert [replace(each, sample_keys=()) for each in cut] == [replace(each, sample_keys=()) for each in whole]
        assert [set(each.sample_keys) for each in cut] == [set(each.sample_keys) for each in whole]
    finally:
        one.restore("visual")


@pytest.mark.parametrize("leaves", ["has no such key", "knows rows that are not copied"])
def test_references_are_left_only_to_a_source_that_keeps_them(sources: dict[str, Source], leaves: str) -> None:
    one = sources["alkemio"]
    mappings = dict(one.mappings)
    try:
        one.run(["set session foreign_key_checks = 0", "update visual set profileId = uuid()"])
        if leaves == "has no such key":
            keys = one.system.source_catalog.tables["visual"].foreign_keys
            (name,) = (key.name for key in keys if key.columns == ("profileId",))
            one.run([f"alter table visual drop foreign key {quoted(name)}"])
        else:
            filtered = Override("alkemio", "profile", "", "skip_row_where", "FALSE", None, "none is left out")
            mappings["profile"] = replace(mappings["profile"], row_filter=filtered)
        found = one.examine(mappings, by_range=True).violations
        assert {(each.table, each.column, each.kind) for each in found} == {("visual", "profileId", "foreign_key")}
    finally:
        one.restore("visual")


def test_all_violations_are_told_at_once(sources: dict[str, Source]) -> None:
    one = sources["alkemio"]
    try:
        one.run(
            [
                "set session foreign_key_checks = 0",
                "update post set createdBy = ''",
                "update visual set profileId = uuid(), name = concat(char(0 using utf8mb4), 'secret')",
            ]
        )
        found = {(each.table, each.kind): each for each in one.find()}
        assert set(found) == {("post", "empty_uuid"), ("visual", "nul_in_text"), ("visual", "foreign_key")}
        with one.server.connect(one.database) as connection:
            keys = {row[0] for row in source.fetch_all(connection, "select id from post")}
        assert found["post", "empty_uuid"].rows == len(keys)
        assert set(found["post", "empty_uuid"].sample_keys) == set(sorted(keys)[:20])
        assert "secret" not in repr(found)
    finally:
        one.restore("post")
        one.restore("visual")


def test_samples_are_at_most_twenty_keys(sources: dict[str, Source]) -> None:
    one = sources["kratos"]
    try:
        one.run(
            [
                "set session cte_max_recursion_depth = 1000"
                if one.server.kind == "mysql"
                else "set session max_recursive_iterations = 1000",
                "insert into session_devices (id, nid, session_id, ip_address, user_agent, created_at, updated_at) "
                "with recursive numbers as (select 1 as n union all select n + 1 from numbers where n < 50) "
                "select uuid(), s.nid, s.id, '192.0.2.9', 'agent', now(), now() "
                "from numbers cross join (select nid, id from sessions limit 1) as s",
            ]
        )
        (violation,) = one.find()
        assert (violation.kind, violation.rows, len(violation.sample_keys)) == ("unique", 50, 20)
    finally:
        one.restore("session_devices")


def test_values_that_only_the_source_folds_are_advice(sources: dict[str, Source]) -> None:
    one = sources["kratos"]
    columns = "id, nid, type, status, body, subject, template_type, send_count, created_at, updated_at"
    try:
        one.run(
            [
                "delete from courier_messages",
                *(
                    f"insert into courier_messages (id, recipient, {columns.removeprefix('id, ')}) "
                    f"select uuid(), '{recipient}', id, 1, 1, '', '', '', 0, now(), now() from networks limit 1"
                    for recipient in ("a@example.com", "A@example.com", "b@example.com", "b@example.com")
                ),
            ]
        )
        (advice,) = one.examine().advice
        assert (advice.table, advice.columns) == ("courier_messages", ("recipient",))
        assert advice.text.startswith("1 values")
    finally:
        one.restore("courier_messages")
        one.restore("courier_message_dispatches")  # its rows went with their messages


def test_nothing_is_written(sources: dict[str, Source]) -> None:
    with sources["alkemio"].connect() as connection, pytest.raises(pymysql.err.MySQLError):
        source.fetch_all(connection, "delete from post")


def test_every_violation_of_scenarios_is_of_a_known_system() -> None:
    assert SCENARIOS
    assert all(named(json.loads(path.read_text(encoding="utf-8"))["system"]) for path in SCENARIOS)
