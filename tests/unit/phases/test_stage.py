"""Files that were staged add up to tables: whole ones, and with no more rows touched than a rule allows."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest
from pydantic import SecretStr

from runner import log, manifest
from runner.errors import UsageError, ViolationError
from runner.manifest import File, Manifest, Snapshot, Source, Table
from runner.phases import stage
from runner.phases.stage import Stager
from runner.postgres.landing import Staged
from runner.run import Run, make_private
from runner.settings import Address
from tests.corpus.scanned import ROWS, TABLE
from tests.corpus.tables import SYSTEM, column, exported, override, table

WHERE = Address("postgresql", "h", 1, "u", SecretStr("p"), "d")


@pytest.fixture
def stager(tmp_path: Path) -> Stager:
    limited = table(
        column("id", "int", "integer"),
        column("w", "text", "text", override=override("w", "strip_nul", max_rows=2)),
        name="limited",
    )
    mappings = {SYSTEM: {"t": TABLE, "limited": limited}}
    return Stager(Run("id", tmp_path), {SYSTEM: WHERE}, mappings)


def listed(*tables: tuple[str, int]) -> dict[str, Manifest]:
    files = {
        name: tuple(
            File(path=f"{name}/{n:04d}.csv", rows=rows, bytes=99, sha256="0" * 64, longest_line=9, digest="1")
            for n in (1, 2)
        )
        for name, rows in tables
    }
    return {
        SYSTEM: Manifest(
            format=1,
            system=SYSTEM,
            source=Source(kind="mysql", version="9", database="d"),
            snapshot=Snapshot(taken_at="", method="global read lock", position={}),
            tables=tuple(Table(name=name, columns=("id",), files=found) for name, found in files.items()),
            skipped=(),
        )
    }


def accept(stager: Stager, manifests: dict[str, Manifest], **touched: int) -> None:
    for one in manifests[SYSTEM].tables:
        for file in one.files:
            task = stager.task(SYSTEM, file)
            counts = {("strip_nul", "w"): touched[one.name]} if one.name in touched else {}
            stager.accept(task, Staged(file.rows, 2**61, counts, 0.5))


def test_a_staged_file_goes_before_any_export(stager: Stager) -> None:
    file = listed(("t", 3))[SYSTEM].tables[0].files[0]
    task = stager.task(SYSTEM, file)
    assert task.weight > 1e15
    assert (task.mapping, task.where, task.lane) == (TABLE, WHERE, None)
    assert task.folder == stager._run.export_folder(SYSTEM)


def test_files_add_up_to_tables(stager: Stager) -> None:
    manifests = listed(("t", 3), ("limited", 4))
    accept(stager, manifests, limited=1)
    assert stager.finish(manifests) == {SYSTEM: {"t": 6, "limited": 8}}
    assert stager._run.read_result("stage", SYSTEM)["tables"] == {
        "t": {"rows": 6, "bytes": 198, "seconds": 1.0, "value_digest": str(2**62), "touched": []},
        "limited": {
            "rows": 8,
            "bytes": 198,
            "seconds": 1.0,
            "value_digest": str(2**62),
            "touched": [["strip_nul", "w", 2]],
        },
    }


def test_a_rule_that_touches_more_rows_than_it_may(stager: Stager) -> None:
    manifests = listed(("t", 3), ("limited", 4))
    accept(stager, manifests, limited=2)
    with pytest.raises(ViolationError, match="the rule allows 2 rows") as caught:
        stager.finish(manifests)
    (violation,) = caught.value.violations
    assert (violation.kind, violation.rows, violation.table, violation.column, violation.rule) == (
        "rule_limit_exceeded",
        4,
        "limited",
        "w",
        "strip_nul",
    )
    assert not stager._run.has_result("stage", SYSTEM)


def test_a_file_that_never_landed(stager: Stager) -> None:
    manifests = listed(("t", 3), ("limited", 4))
    accept(stager, listed(("t", 3)))
    with pytest.raises(ViolationError, match=r"toy\.limited: 0 rows landed, 8 were exported; stage again"):
        stager.finish(manifests)
    with pytest.raises(UsageError, match="has no result of stage"):
        stager._run.read_result("stage", SYSTEM)


def test_the_database_to_look_at(tmp_path: Path) -> None:
    run = Run("id", tmp_path)
    folder = run.export_folder(SYSTEM)
    make_private(folder)
    files = [exported(folder, TABLE, rows, number) for number, rows in ((1, ROWS[:2]), (2, ROWS[2:]))]
    manifests = listed(("t", 2))
    tables = (Table(name="t", columns=tuple(one.name for one in TABLE.columns), files=tuple(files)),)
    manifests[SYSTEM] = manifests[SYSTEM].model_copy(update={"tables": tables})
    manifest.write(manifests[SYSTEM], folder)
    for _ in range(2):
        stage.keep_database(run, {SYSTEM: [TABLE]})
    path = tmp_path / "staging.duckdb"
    assert path.stat().st_mode & 0o777 == 0o600
    with duckdb.connect(str(path), read_only=True) as engine:
        found = engine.execute("SELECT id, flag, b, u::VARCHAR FROM toy.t ORDER BY id").fetchall()
    assert found == [
        (number, True, b"\x00\xff%d" % number, f"0195a3b0-0000-7000-8000-00000000000{number}")
        for number in (1, 2, 3, 4)
    ]


@pytest.mark.parametrize("missing", ["0001.csv", "manifest.json"])
def test_a_database_that_cannot_be_written_is_not_there_and_ends_no_run(missing: str, tmp_path: Path) -> None:
    run = Run("id", tmp_path)
    folder = run.export_folder(SYSTEM)
    make_private(folder)
    file = exported(folder, TABLE, ROWS, 1)
    (table,) = listed(("t", 2))[SYSTEM].tables
    tables = (table.model_copy(update={"columns": tuple(one.name for one in TABLE.columns), "files": (file,)}),)
    manifest.write(listed(("t", 2))[SYSTEM].model_copy(update={"tables": tables}), folder)
    stage.keep_database(run, {SYSTEM: [TABLE]})
    assert (tmp_path / "staging.duckdb").is_file()
    next(folder.rglob(missing)).unlink()
    log.configure(tmp_path, "id", console=False)
    stage.keep_database(run, {SYSTEM: [TABLE]})
    told = json.loads((tmp_path / "log.jsonl").read_text(encoding="utf-8"))
    assert told["event"] == "staging.duckdb"
    assert told["outcome"].startswith("not written: ")
    assert list(tmp_path.glob("staging.duckdb*")) == []
