"""Column by column, the way from MySQL to those who read the data: what `lineage.html` shows.

The columns, types and rules are those of the mapping, with which every other part works as well; tests and exposures
are those of dbt's manifest, the state is that of the run's last proof.
"""

from __future__ import annotations

import ast
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runner import mapping, rules
from runner.catalog import descriptions
from runner.catalog.model import Table
from runner.catalog.names import unquoted
from runner.errors import UsageError
from runner.mapping import ColumnMapping
from runner.quantity import counted
from runner.run import Run
from runner.systems import System


@dataclass(frozen=True, slots=True)
class Step:
    """A rule that a column's values pass, and why."""

    rule: str
    reason: str


@dataclass(frozen=True, slots=True)
class ColumnTest:
    """A dbt test; `table` and `column` are what a test of a reference leads to, empty for others."""

    name: str
    table: str = ""
    column: str = ""


@dataclass(frozen=True, slots=True)
class ColumnLineage:
    """One column on its way."""

    name: str
    says: str
    source_type: str
    steps: tuple[Step, ...]
    landing_type: str
    final_type: str
    tests: tuple[ColumnTest, ...]


@dataclass(frozen=True, slots=True)
class TableLineage:
    """One table on its way; `tests` are those of the table as a whole, `rows` is None before it was proved."""

    system: str
    name: str
    says: str
    columns: tuple[ColumnLineage, ...]
    tests: tuple[ColumnTest, ...]
    exposures: tuple[str, ...]
    row_filter: str = ""
    rows: int | None = None
    identical: bool = False

    @property
    def proof(self) -> str:
        """What the last run proved of the table, in a word or two."""
        if self.rows is None:
            return "not compared yet"
        return "identical" if self.identical else "differs"


@dataclass(frozen=True, slots=True)
class SystemLineage:
    """One system: its tables, and those that are not copied with the reason."""

    name: str
    tables: tuple[TableLineage, ...]
    skipped: Mapping[str, str]


def of_system(system: System, run: Run) -> SystemLineage:
    """The lineage of a system as of a run; UsageError when the run has no docs of it."""
    declared = rules.read()
    sentences = descriptions.read(system.baseline_folder, system.target_catalog)
    tests, exposures = _of_dbt(manifest_path(run, system.name))
    proofs = proofs_of(run, system.name)
    tables = []
    for name, mapped in mapping.of_system(system, declared).items():
        table = system.target_catalog.tables[name]
        proof = proofs.get(name, {})
        tables.append(
            TableLineage(
                system=system.name,
                name=name,
                says=sentences.of_table(name),
                columns=tuple(_column(column, table, sentences, tests[name, column.name]) for column in mapped.columns),
                tests=tuple(tests[name, ""]),
                exposures=tuple(exposures[name]),
                row_filter=mapped.row_filter.reason if mapped.row_filter else "",
                rows=proof.get("rows"),
                identical=proof.get("identical", False),
            )
        )
    return SystemLineage(system.name, tuple(tables), declared.skipped_of(system.name))


def notes(system: System, run: Run) -> dict[str, dict[str, str]]:
    """What dbt's pages add to the description of each table (empty name) and column: its way and its last proof."""
    proofs = proofs_of(run, system.name)
    return {
        name: {"": _proof_note(run, proofs.get(name)), **{one.name: _way_note(one) for one in mapped.columns}}
        for name, mapped in mapping.of_system(system, rules.read()).items()
    }


def _proof_note(run: Run, proof: Mapping[str, Any] | None) -> str:
    if proof is None:
        return f"Run `{run.run_id}` has not compared this table with its source yet."
    if not proof["identical"]:
        return f"Run `{run.run_id}` found that this table **differs** from its source."
    return (
        f"Run `{run.run_id}` proved this table identical to its source: {counted(proof['rows'], 'row')}, "
        f"digest `{proof['digest']}` on both sides."
    )


def _way_note(column: ColumnMapping) -> str:
    steps = "; ".join(f"`{step.rule}`: {step.reason}" for step in _steps(column))
    return f"MySQL `{column.source_type}` → Postgres `{column.target_type}` by {steps}."


def _steps(column: ColumnMapping) -> Iterator[Step]:
    yield Step(column.rule, column.reason)
    if column.override:
        yield Step(column.override.rule, column.override.reason)


def manifest_path(run: Run, system: str) -> Path:
    """Where dbt's manifest of a system is, once its docs were built."""
    return run.folder / "dbt" / system / "manifest.json"


def proofs_of(run: Run, system: str) -> Mapping[str, Mapping[str, Any]]:
    """What the run proved of each table; empty before it came to that."""
    found: dict[str, Any] = run.read_result("verify", system)["tables"] if run.has_result("verify", system) else {}
    return found


def _column(
    column: ColumnMapping, table: Table, sentences: descriptions.Descriptions, tests: list[ColumnTest]
) -> ColumnLineage:
    return ColumnLineage(
        name=column.name,
        says=sentences.of_column(table, column.name),
        source_type=column.source_type,
        steps=tuple(_steps(column)),
        landing_type=column.landing_type,
        final_type=column.target_type,
        tests=tuple(tests),
    )


def _of_dbt(path: Path) -> tuple[Mapping[tuple[str, str], list[ColumnTest]], Mapping[str, list[str]]]:
    """The tests by table and column (empty for the whole table) and the exposures by table, of a manifest."""
    if not path.is_file():
        raise UsageError(f"{path} is not there: run `./inv docs` first")
    manifest = json.loads(path.read_bytes())
    names = {key: node["name"] for key, node in manifest["nodes"].items() if node["resource_type"] == "model"}
    tests: dict[tuple[str, str], list[ColumnTest]] = defaultdict(list)
    for node in manifest["nodes"].values():
        table = names.get(node.get("attached_node") or "")
        if table and node.get("test_metadata"):
            for column, test in _tests(node["test_metadata"]):
                tests[table, column].append(test)
    exposures: dict[str, list[str]] = defaultdict(list)
    for exposure in sorted(manifest["exposures"].values(), key=lambda one: str(one["label"])):
        for key in exposure["depends_on"]["nodes"]:
            if key in names:
                exposures[names[key]].append(exposure["label"])
    return tests, exposures


def _tests(metadata: Mapping[str, Any]) -> Iterator[tuple[str, ColumnTest]]:
    """A test once for each column that it is about."""
    arguments = metadata["kwargs"]
    columns = [unquoted(arguments["column_name"])] if "column_name" in arguments else arguments.get("columns", [""])
    targets = arguments.get("to_columns") or [""] * len(columns)
    table = ast.literal_eval(arguments["to"].removeprefix("ref")) if "to" in arguments else ""
    for column, target in zip(columns, targets, strict=True):
        yield column, ColumnTest(metadata["name"], table, target)
