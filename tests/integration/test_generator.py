"""The generator fills both engines with the same rows, satisfies the baseline and is hostile in every way."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from pymysql.connections import Connection

from runner import mapping, rules
from runner.mapping import ColumnMapping
from runner.systems import ROOT, System, all_systems
from tests.servers import SourceServer
from tests.servers.source import quoted
from tests.sources import generator, schema, shape, values

SEED = 7
UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


@dataclass(frozen=True)
class Sample:
    """A filled source, its rows by table and column, and what the generator said it did."""

    system: System
    database: str
    server: SourceServer
    counts: dict[str, int]
    rows: dict[str, list[dict[str, Any]]]

    def columns(self) -> Iterator[tuple[str, ColumnMapping, list[Any]]]:
        for table, rows in self.rows.items():
            for column in mapping.of_table(self.system, rules.read(), table).columns:
                yield table, column, [row[column.name] for row in rows]


@pytest.fixture(scope="module", params=all_systems(), ids=lambda system: system.name)
def system(request: pytest.FixtureRequest) -> System:
    assert isinstance(request.param, System)
    return request.param


@pytest.fixture(scope="module")
def sample(source_server: SourceServer, system: System) -> Iterator[Sample]:
    yield from _filled(source_server, system, f"sample_{system.name}")


def _filled(server: SourceServer, system: System, database: str) -> Iterator[Sample]:
    server.create_database(database)
    with server.connect(database) as connection:
        schema.create(connection, system)
        counts = generator.fill(connection, system, seed=SEED)
        rows = {table: _rows(connection, table) for table in system.source_catalog.tables}
    yield Sample(system, database, server, counts, rows)
    server.drop_database(database)


def _rows(connection: Connection[Any], table: str) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        # Text of everything but blobs: the driver's own types would hide what is stored.
        cursor.execute("set session time_zone = '+00:00'")
        cursor.execute(f"show columns from {quoted(table)}")
        columns = [(row[0], "blob" in row[1]) for row in cursor.fetchall()]
        texts = [quoted(name) if blob else f"cast({quoted(name)} as char)" for name, blob in columns]
        cursor.execute(f"select {', '.join(texts)} from {quoted(table)}")
        return [dict(zip([name for name, _ in columns], row, strict=True)) for row in cursor.fetchall()]


def test_every_table_has_rows(sample: Sample) -> None:
    assert set(sample.rows) == set(sample.system.source_catalog.tables)
    assert {table: len(rows) for table, rows in sample.rows.items()} == sample.counts
    assert {3 <= count <= 12 for count in sample.counts.values()} == {True}


def test_sample_is_small(sample: Sample) -> None:
    size = sum(
        2 * len(value) if isinstance(value, bytes) else len(str(value).encode())
        for rows in sample.rows.values()
        for row in rows
        for value in row.values()
    )
    assert size < 3_500_000 / 2


def test_both_engines_hold_the_same_rows(mysql: SourceServer, mariadb: SourceServer, system: System) -> None:
    digests = []
    for server in (mysql, mariadb):
        for sample in _filled(server, system, f"same_{system.name}"):
            digests.append({table: _digest(sample, table) for table in sample.rows})
    assert digests[0] == digests[1]


def test_same_seed_same_rows_other_seed_other_rows(mysql: SourceServer, system: System) -> None:
    tables = []
    for seed in (3, 3, 4):
        mysql.create_database("seeds")
        with mysql.connect("seeds") as connection:
            schema.create(connection, system)
            generator.fill(connection, system, seed=seed)
            tables.append({table: _rows(connection, table) for table in system.source_catalog.tables})
        mysql.drop_database("seeds")
    assert tables[0] == tables[1]
    assert [table for table in tables[0] if tables[0][table] == tables[2][table]] == []


def test_foreign_keys_hold(sample: Sample) -> None:
    orphans = {}
    with sample.server.connect(sample.database) as connection, connection.cursor() as cursor:
        for table in sample.system.source_catalog.tables.values():
            for key in table.foreign_keys:
                pairs = list(zip(key.columns, key.ref_columns, strict=True))
                joined = " and ".join(f"p.{quoted(parent)} = c.{quoted(child)}" for child, parent in pairs)
                present = " and ".join(f"c.{quoted(child)} is not null" for child, _ in pairs)
                cursor.execute(
                    f"select count(*) from {quoted(table.name)} c where {present} and not exists "
                    f"(select 1 from {quoted(key.ref_table)} p where {joined})"
                )
                orphans[table.name, key.name] = (cursor.fetchone() or (None,))[0]
    assert {key: count for key, count in orphans.items() if count} == {}
    assert set(orphans) == {
        (table.name, key.name) for table in sample.system.source_catalog.tables.values() for key in table.foreign_keys
    }


def test_every_foreign_key_is_used(sample: Sample) -> None:
    unused = [
        (table.name, key.columns)
        for table in sample.system.source_catalog.tables.values()
        for key in table.foreign_keys
        if not any(row[key.columns[0]] for row in sample.rows[table.name])
    ]
    assert unused == []


def test_not_null_of_the_baseline(sample: Sample) -> None:
    assert [
        (table, column.name) for table, column, cells in sample.columns() if not column.nullable and None in cells
    ] == []


def test_nullable_columns_hold_nulls(sample: Sample) -> None:
    without = [
        (table, column.name)
        for table, column, cells in sample.columns()
        if column.nullable
        and sample.system.source_catalog.tables[table].column(column.name).nullable
        and None not in cells
    ]
    assert without == []


def test_unique_keys_of_the_baseline(sample: Sample) -> None:
    broken = []
    for table in sample.system.target_catalog.tables.values():
        keys = (*table.unique, *([table.primary_key] if table.primary_key else []))
        uuids = {column.name for column in table.columns if column.type == "uuid"}
        for key in keys:
            seen = [
                tuple(row[name].lower() if name in uuids else row[name] for name in key.columns)
                for row in sample.rows[table.name]
                if None not in [row[name] for name in key.columns]
            ]
            if len(seen) != len(set(seen)):
                broken.append((table.name, key.columns))
    assert broken == []


def test_values_fit_the_baseline(sample: Sample) -> None:
    faults = []
    for table, column, cells in sample.columns():
        present = [cell for cell in cells if cell is not None]
        if not all(_fits(column, cell) for cell in present):
            faults.append((table, column.name, column.rule))
    assert faults == []


def _fits(column: ColumnMapping, cell: str | bytes) -> bool:
    if column.rule == "bytea":
        return isinstance(cell, bytes)
    assert isinstance(cell, str)
    if column.override is not None:
        return cell == "" or json.loads(zlib.decompress(cell.encode("latin-1")))["type"] == "excalidraw"
    match column.rule:
        case "uuid":
            return UUID.fullmatch(cell) is not None
        case "boolean":
            return cell in {"0", "1"}
        case "enum":
            return cell in column.labels
        case "json":
            return json.loads(cell) is not ...
        case "jsonb":
            return "\\u0000" not in cell and json.loads(cell) is not ...
        case "text" | "padded_text":
            return "\0" not in cell and (column.length is None or len(cell) <= column.length)
    return True


def test_every_kind_of_text_occurs(sample: Sample) -> None:
    texts = [
        cell for _, column, cells in sample.columns() if column.rule == "text" for cell in cells if cell is not None
    ]
    assert {kind for kind, text in values.TEXTS.items() if text not in texts} == set()
    assert max(len(text.encode()) for text in texts) >= 65535


def test_every_table_with_free_text_has_hostile_text(sample: Sample) -> None:
    tame: set[str] = set()
    hostile: set[str] = set()
    kinds = tuple(text for text in values.TEXTS.values() if len(text) > 1)
    for table, column, cells in sample.columns():
        if column.rule == "text" and column.override is None:
            # Unique columns begin with their row's number and end in the hostile text.
            (hostile if any(cell.endswith(kinds) for cell in cells if cell) else tame).add(table)
    # What identities log in with stays usable, so that the two systems can be reconciled.
    assert tame - hostile <= {"identity_credential_types", "identity_credential_identifiers", "schema_migration"}


def test_every_kind_of_document_occurs(sample: Sample) -> None:
    depth = generator.JSON_DEPTH[sample.server.kind]
    cells = {rule: set[str]() for rule in ("json", "jsonb")}
    for _, column, found in sample.columns():
        if column.rule in cells:
            cells[column.rule] |= {_canonical(cell) for cell in found if cell is not None}
    kinds = values.documents(depth)
    if sample.system.name == "alkemio":
        assert {
            kind for kind, text in {**kinds, **values.NUL_DOCUMENTS}.items() if _canonical(text) not in cells["json"]
        } == set()
    else:
        assert {kind for kind, text in kinds.items() if _canonical(text) not in cells["jsonb"]} == set()
    assert max(len(cell) for cell in cells["json"]) > 2**20


def test_extremes_of_times_and_numbers(sample: Sample) -> None:
    cells = {cell for _, _, found in sample.columns() for cell in found if isinstance(cell, str)}
    precise = set(values.DATETIMES.values())
    plain = {text[:19] for text in values.DATETIMES.values()}
    if sample.system.name == "alkemio":
        assert precise <= cells
        assert {"99999999.99", "-99999999.99", "99.9", str(2**63 - 1), str(-(2**63))} <= cells
    else:
        assert plain <= cells
        assert set(values.TIMESTAMPS.values()) <= cells
    assert {str(2**31 - 1), str(-(2**31))} <= cells


def test_blobs_hold_every_byte(sample: Sample) -> None:
    blobs = {cell for _, column, cells in sample.columns() if column.rule == "bytea" for cell in cells if cell}
    assert set(b"".join(blobs)) == set(range(256))
    assert bytes(range(256)) in blobs


def test_capitals_in_uuids_of_children_and_parents(sample: Sample) -> None:
    spellings = set()
    for table in sample.system.source_catalog.tables.values():
        for key in table.foreign_keys:
            parents = {row[key.ref_columns[0]].lower(): row[key.ref_columns[0]] for row in sample.rows[key.ref_table]}
            for row in sample.rows[table.name]:
                if (child := row[key.columns[0]]) is not None:
                    parent = parents[child.lower()]
                    spellings.add((child == child.lower(), parent == parent.lower()))
    assert spellings == {(True, True), (True, False), (False, True), (False, False)}


def test_whiteboards_hold_streams_empty_text_and_nul(sample: Sample) -> None:
    boards = [cell for _, column, cells in sample.columns() if column.override is not None for cell in cells]
    if sample.system.name == "alkemio":
        assert "" in boards
        assert None in boards
        assert any("\0" in board for board in boards if board)
        assert any("\x80" <= character <= "\x9f" for board in boards if board for character in board)
    else:
        assert boards == []


def test_people_are_the_same_in_both_systems() -> None:
    alkemio, kratos = (shape.rows(system, None) for system in all_systems())
    assert alkemio["user"] == kratos["identities"]


@pytest.mark.parametrize("scale", [0.0005])
def test_scale_keeps_proportions_and_constraints(
    mysql: SourceServer, system: System, scale: float, fresh_source: Callable[[SourceServer, System], str]
) -> None:
    database = fresh_source(mysql, system).rpartition("/")[2]
    with mysql.connect(database) as connection:
        counts = generator.fill(connection, system, seed=SEED, scale=scale)
        rows = {table: _rows(connection, table) for table in counts}
    scaled = Sample(system, database, mysql, counts, rows)
    assert {table: len(found) for table, found in rows.items()} == counts
    test_foreign_keys_hold(scaled)
    test_unique_keys_of_the_baseline(scaled)
    test_not_null_of_the_baseline(scaled)
    test_values_fit_the_baseline(scaled)
    if system.name == "alkemio":
        policies = rows["authorization_policy"]
        assert len(policies) == round(1_670_000 * scale)
        sizes = [len(row["credentialRules"]) + len(row["privilegeRules"]) for row in policies]
        assert 2500 < sorted(sizes)[len(sizes) // 2] < 3500
        assert len({row["credentialRules"] for row in policies}) > 0.98 * len(policies)


def test_production_has_three_and_a_half_million_rows() -> None:
    counts = [shape.rows(system, 1.0) for system in all_systems()]
    assert sum(sum(count.values()) for count in counts) == 3_500_000


def test_command_line(mysql: SourceServer) -> None:
    mysql.create_database("cli")
    command = [sys.executable, "-m", "tests.sources", "--url-env", "FILLED", "--system", "kratos", "--seed", "1"]
    environment = {**os.environ, "FILLED": mysql.url("cli")}
    first = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert (first.returncode, first.stderr) == (0, "")
    assert first.stdout.startswith("kratos: ")
    again = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert (again.returncode, "already has tables" in again.stderr) == (2, True)
    mysql.drop_database("cli")


def _digest(sample: Sample, table: str) -> str:
    """The same for equal values on both engines: JSON by value, the deepest document without its depth."""
    documents = {
        column.name
        for column in mapping.of_table(sample.system, rules.read(), table).columns
        if column.rule in {"json", "jsonb"}
    }
    lines = sorted(
        repr([_canonical(cell) if name in documents and cell is not None else cell for name, cell in row.items()])
        for row in sample.rows[table]
    )
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogatepass")).hexdigest()


def _canonical(text: str) -> str:
    document = json.loads(text, parse_float=Decimal)
    while isinstance(document, list) and len(document) == 1:
        document = document[0]
    return json.dumps(document, sort_keys=True, default=lambda number: repr(float(number)))
