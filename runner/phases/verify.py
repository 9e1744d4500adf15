"""Phase verify: proof that the new database is the baseline and holds what the source held.

Three proofs, each of which stops the run: dbt's tests on the loaded tables, the catalog against the
baseline (drift), and per table the row count and the digest that Postgres computes over its own rows
against those the source computed over its own. A digest that differs is narrowed to columns and rows.

A verify on its own, at any later time, asks the source once more: what was written there since the snapshot
is named too, so that a difference is never laid at the wrong door.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from psycopg import sql

from runner import dbt, digest, log, manifest, mapping, rules
from runner.catalog import differences
from runner.errors import Violation, ViolationError
from runner.mapping import TableMapping
from runner.postgres import drift, landing, target
from runner.proof import difference, freeze
from runner.run import Run
from runner.settings import Address
from runner.systems import BUILD, FAILURES, System

PHASE = "verify"


@dataclass(frozen=True, slots=True)
class Proof:
    """One table's counts and digests; equal means identical in the sense of `runner.digest`."""

    table: str
    rows: int
    digest: int
    expected_rows: int
    expected_digest: int
    started_at: str
    seconds: float

    @property
    def identical(self) -> bool:
        """Whether both the count and the digest agree."""
        return (self.rows, self.digest) == (self.expected_rows, self.expected_digest)


def verify(
    run: Run,
    system: System,
    where: Address,
    mappings: Mapping[str, TableMapping],
    engine: dbt.Engine,
    jobs: int,
    *,
    source: Address | Path,
    again: bool = False,
    schema: str = BUILD,
    full: bool = False,
) -> None:
    """Prove one system in a schema; ViolationError lists everything that does not hold.

    With `full` every dbt test runs, otherwise those at the gate: at most one scan a table, constraints from
    the catalog. With `again` the source is asked whether it still holds what was exported.
    """
    logger = log.bound(phase=PHASE, system=system.name)
    violations: list[Violation] = []
    # A build of chosen tables has no constraints yet: only its digests can be proved, and it is not published.
    loaded = run.read_result("load", system.name)
    complete = schema != BUILD or loaded["complete"]
    staged = run.read_result("stage", system.name)["tables"]
    landed = {table: int(one["rows"]) for table, one in staged.items()}
    landing.write_manifest(where, manifest.of_run(run, system.name), landed)
    with ThreadPoolExecutor(1) as thread:
        # dbt takes one core at most, and Postgres has the others for the digests meanwhile.
        proving = thread.submit(prove, run, system, where, mappings, schema, jobs)
        results = engine.test(schema, full=full) if complete else []
        indexed = bool(loaded.get("fk_indexes"))
        found = drift.find(system, where, schema, with_fk_indexes=indexed) if complete else []
        proofs = proving.result()
    violations += [_of_test(system, where, mappings, result) for result in results if not result.passed]
    violations += [
        Violation(
            system.name, one.table or one.object.removeprefix("table "), None, "drift", 0, str(one), remedy="load again"
        )
        for one in found
    ]
    for proof in proofs:
        logger.info(
            "digest",
            table=proof.table,
            outcome="identical" if proof.identical else "different",
            rows=proof.rows,
            seconds=proof.seconds,
        )
        if not proof.identical:
            violations.append(difference.locate(run, source, where, mappings[proof.table], schema))
    if again and not isinstance(source, Path):
        written = freeze.moved_tables(run, system, source, mappings, jobs, phase=PHASE)
        violations += [difference.locate_writes(run, source, where, mappings[table], schema) for table in written]
    whole = set(mappings) == set(mapping.of_system(system, rules.read()))
    proved = not violations and complete and whole
    run.write_result(PHASE, system.name, {"proved": proved, **_as_json(system, schema, proofs, found, results)})
    if violations:
        raise ViolationError(f"verify: {violations[0]}", violations)


def prove(
    run: Run, system: System, where: Address, mappings: Mapping[str, TableMapping], schema: str, jobs: int
) -> list[Proof]:
    """Let Postgres digest every table, largest first, several at a time."""
    export = manifest.of_run(run, system.name)
    staged = run.read_result("stage", system.name)["tables"]
    order = sorted(mappings, key=lambda table: -export.table(table).bytes)

    def one(connection: target.Connection, table: str) -> Proof:
        started_at, started = datetime.now(UTC).isoformat(), time.monotonic()
        rows, value = table_digest(connection, where, mappings[table], schema)
        return Proof(
            table=table,
            rows=rows,
            digest=value,
            expected_rows=export.table(table).rows,
            expected_digest=int(staged[table]["value_digest"]),
            started_at=started_at,
            seconds=round(time.monotonic() - started, 3),
        )

    return target.for_each(where, jobs, order, one)


def table_digest(connection: target.Connection, where: Address, mapping: TableMapping, schema: str) -> tuple[int, int]:
    """Row count and digest of a table as Postgres computes them."""
    query = sql.SQL("SELECT count(*), {} FROM {}").format(
        target.trusted(digest.total("postgres", mapping.columns)), sql.Identifier(schema, mapping.name)
    )
    with target.explained(where, f"digesting {mapping.name}", mapping.system, mapping.name):
        ((rows, total),) = target.fetch_all(connection, query)
    return int(rows), int(total)


def _of_test(system: System, where: Address, mappings: Mapping[str, TableMapping], result: dbt.NodeResult) -> Violation:
    mapping = mappings.get(result.table)
    return Violation(
        system=system.name,
        table=result.table or result.name,
        column=result.column or None,
        kind="dbt_test",
        rows=result.failures or 0,
        rule=result.name if result.failures else f"{result.name}: {' '.join(result.message.split())}",
        sample_keys=_stored_keys(where, result, mapping.key) if mapping and result.stored_as else (),
        remedy=f"see {FAILURES}.{result.stored_as} of the target" if result.stored_as else "load again",
    )


def _stored_keys(where: Address, result: dbt.NodeResult, key: tuple[str, ...]) -> tuple[str, ...]:
    """The primary keys that a failed test stored; nothing of a test that stores something else, such as counts."""
    stored = sql.Identifier(FAILURES, result.stored_as)
    with target.connect(where) as connection, target.explained(where, f"reading what {result.name} found"):
        found = connection.execute(sql.SQL("SELECT * FROM {} LIMIT 0").format(stored)).description or []
        if not key or sorted(column.name for column in found) != sorted(key):
            return ()
        columns = sql.SQL(", ").join(sql.SQL("{}::text").format(sql.Identifier(name)) for name in key)
        query = sql.SQL("SELECT {} FROM {} ORDER BY 1 LIMIT {}").format(columns, stored, difference.SAMPLE_KEYS)
        return tuple("/".join(row) for row in target.fetch_all(connection, query))


def _as_json(
    system: System,
    schema: str,
    proofs: list[Proof],
    found: list[differences.Difference],
    results: list[dbt.NodeResult],
) -> dict[str, Any]:
    tables = system.target_catalog.tables.values()
    return {
        "schema": schema,
        "tables": {
            proof.table: {
                "rows": proof.rows,
                "digest": str(proof.digest),
                "expected_rows": proof.expected_rows,
                "expected_digest": str(proof.expected_digest),
                "identical": proof.identical,
                "started_at": proof.started_at,
                "seconds": proof.seconds,
            }
            for proof in proofs
        },
        "drift": [[one.table, one.object, one.kind, one.expected, one.actual] for one in found],
        "tests": {"passed": sum(result.passed for result in results), "run": len(results)},
        # Drift is empty, so what the baseline lists is what Postgres holds and has validated.
        "constraints": {
            "primary_keys": sum(table.primary_key is not None for table in tables),
            "unique": sum(len(table.unique) for table in tables),
            "foreign_keys": sum(len(table.foreign_keys) for table in tables),
            "checks": sum(len(table.checks) for table in tables),
            "not_null": sum(not column.nullable for table in tables for column in table.columns),
        },
    }
