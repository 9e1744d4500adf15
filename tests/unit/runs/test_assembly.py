"""The report of a run is what its phases left, however far it came."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from runner import manifest, rules
from runner.errors import InterruptError, PartlyPublishedError, RefusalError, UsageError, Violation, ViolationError
from runner.manifest import File, Manifest, Skipped, Snapshot, Source, Table
from runner.run import Run, make_private
from runner.runs import assembly, report, verdict
from runner.runs.job import Job
from runner.runs.report import Report, SystemReport
from runner.settings import Settings
from runner.systems import named

KRATOS = named("kratos")
STARTED = datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC)
TABLES = ("identities", "session_devices")


@pytest.fixture
def job(tmp_path: Path) -> Job:
    settings = Settings.model_construct(
        source_urls={"kratos": SecretStr("mysql://u:hush@127.0.0.1/kratos")},
        target_urls={"kratos": SecretStr("postgresql://u:hush@127.0.0.1/target")},
        jobs=1,
    )
    return Job(settings, Run("0195-run", tmp_path), (KRATOS,), TABLES, replace=False)


def file(table: str, number: int, rows: int) -> File:
    return File(
        path=f"{table}/{number:04d}.csv",
        rows=rows,
        bytes=100,
        sha256="0" * 64,
        longest_line=10,
        digest=str(10 * number),
        seconds=0.5,
    )


def exported(job: Job, **position: str) -> None:
    tables = [
        Table(name=name, columns=("id",), files=(file(name, 1, 3), file(name, 2, 4)), filtered_rows=filtered)
        for name, filtered in zip(TABLES, (0, 5), strict=True)
    ]
    folder = job.run.export_folder("kratos")
    make_private(folder)
    manifest.write(
        Manifest(
            format=1,
            system="kratos",
            source=Source(kind="mariadb", version="10.11.6-MariaDB", database="identity"),
            snapshot=Snapshot(taken_at="2025-01-02T03:04:05", method="global read lock", position=position),
            tables=tuple(tables),
            skipped=(Skipped(name="schema_migration", rows=9, reason="history"),),
        ),
        folder,
    )


def staged(job: Job, *touched: tuple[str, str, int]) -> None:
    """`touched` is what rules did to identities."""
    tables: dict[str, dict[str, Any]] = {
        name: {"rows": 7, "bytes": 200, "seconds": 2.0, "value_digest": "77", "touched": []} for name in TABLES
    }
    tables["identities"]["touched"] = list(touched)
    job.run.write_result("stage", "kratos", {"tables": tables})


def assembled(job: Job, error: BaseException | None = None) -> Report:
    phase = report.Phase(name="check", status="succeeded", seconds=1.0, started_at=STARTED)
    span = report.Span(phase="export", system="kratos", table="identities", started_at=STARTED, seconds=0.5)
    return assembly.assemble(job, "migrate", STARTED, [phase], [span], error)


def of_kratos(job: Job) -> SystemReport:
    return assembled(job).systems["kratos"]


def test_a_run_that_came_to_nothing(job: Job) -> None:
    found = assembled(job)
    assert (found.run_id, found.task, found.status, found.error) == ("0195-run", "migrate", "succeeded", None)
    assert found.started_at == STARTED <= found.finished_at
    assert found.seconds == pytest.approx((found.finished_at - STARTED).total_seconds(), abs=0.001)
    assert set(found.versions) == {"python", "dbt-core", "dbt-postgres", "duckdb", "psycopg", "pymysql"}
    assert [phase.name for phase in found.phases] == ["check"]
    assert [span.table for span in found.timeline] == ["identities"]
    system = found.systems["kratos"]
    assert (system.tables, system.rules, system.sequences, system.drift) == ((), (), (), ())
    assert system.skipped == (
        report.SkippedTable(name="schema_migration", rows=None, reason="the target keeps its own migration history"),
    )
    assert system.target == report.Target(version="", database="target")


def test_what_the_export_left(job: Job) -> None:
    job.run.write_result("check", "kratos", {"kind": "mysql", "version": "9.7.0", "target_version": "17.5"})
    exported(job, file="binlog.000007", offset="155")
    system = of_kratos(job)
    assert system.source == report.Source(
        kind="mysql",
        version="10.11.6-MariaDB",
        snapshot="2025-01-02T03:04:05 binlog.000007:155",
        database="identity",
    )
    assert system.target.version == "17.5"
    first, second = system.tables
    assert (first.name, first.exported_rows, first.source_rows, first.bytes, first.chunks) == (
        "identities",
        7,
        7,
        200,
        2,
    )
    assert (second.exported_rows, second.source_rows) == (7, 12)  # with the rows that a filter left behind
    assert (first.landed_rows, first.final_rows, first.final_digest, first.identical) == (None, None, None, False)
    assert first.seconds == 1.0
    assert system.skipped[0].rows == 9


@pytest.mark.parametrize(
    ("position", "place"),
    [
        ({"gtid": "0-1-42", "file": "binlog.000007", "offset": "155"}, "0-1-42"),
        ({"file": "binlog.000007", "offset": "155"}, "binlog.000007:155"),
        ({}, ""),
    ],
)
def test_the_snapshot_in_words(job: Job, position: dict[str, str], place: str) -> None:
    exported(job, **position)
    assert of_kratos(job).source.snapshot == f"2025-01-02T03:04:05 {place}".strip()


def test_what_stage_load_and_verify_left(job: Job) -> None:
    exported(job)
    staged(job)
    job.run.write_result(
        "load",
        "kratos",
        {"tables": {"identities": {"seconds": 4.0}}, "sequences": {"user_id_seq": 12}, "complete": True},
    )
    proofs = {
        "identities": {"rows": 7, "digest": "77", "identical": True, "seconds": 8.0},
        "session_devices": {"rows": 6, "digest": "31", "identical": False, "seconds": 0.0},
    }
    counts = {"primary_keys": 1, "unique": 2, "foreign_keys": 3, "checks": 4, "not_null": 5}
    job.run.write_result(
        "verify",
        "kratos",
        {
            "tables": proofs,
            "constraints": counts,
            "tests": {"run": 9, "passed": 8},
            "drift": [["session_devices", "column x", "extra", "", "text"]],
        },
    )
    system = of_kratos(job)
    identities, devices = system.tables
    # identities holds jsonb: the digest of the values is compared, that of the texts proved the file.
    assert (identities.method, identities.source_digest, identities.final_digest) == ("value", "77", "77")
    assert (identities.identical, identities.source_digest, identities.landed_rows) == (True, "77", 7)
    assert identities.seconds == 0.5 + 0.5 + 2.0 + 4.0 + 8.0
    assert (devices.method, devices.source_digest, devices.final_digest) == ("text", "30", "31")
    assert (devices.identical, devices.final_rows) == (False, 6)
    assert system.constraints == report.Constraints(**counts)
    assert system.tests == report.Tests(run=9, passed=8)
    assert system.sequences == (report.SequenceReport(name="user_id_seq", value=12),)
    assert system.drift == (
        report.Drift(table="session_devices", object="column x", kind="extra", expected="", actual="text"),
    )


def test_when_load_and_verify_were_at_each_table(job: Job) -> None:
    staged(job)
    before, after = "2025-01-02T03:04:04+00:00", "2025-01-02T03:04:06+00:00"
    filled = {"identities": {"started_at": after, "seconds": 4.0}, "sessions": {"started_at": before, "seconds": 1.0}}
    constrained = [{"table": "identities", "started_at": at, "seconds": 2.0} for at in (before, after)]
    digested = {"identities": {"rows": 7, "digest": "77", "identical": True, "started_at": after, "seconds": 8.0}}
    job.run.write_result("load", "kratos", {"tables": filled, "constraints": constrained, "complete": True})
    job.run.write_result("verify", "kratos", {"tables": digested})
    # What began before this attempt is left out; the first span is the one that the transfer told of.
    assert [(span.phase, span.step, span.table, span.seconds) for span in assembled(job).timeline[1:]] == [
        ("load", "fill", "identities", 4.0),
        ("load", "constrain", "identities", 2.0),
        ("verify", "digest", "identities", 8.0),
    ]
    assert [(span.rows, span.bytes) for span in assembled(job).timeline[1:]] == [(7, 200), (0, 0), (7, 200)]


def test_rules_with_their_rows_and_reasons(job: Job) -> None:
    exported(job)
    staged(job, ("uuid", "id", 4), ("jsonb", "traits", 7))
    found = of_kratos(job).rules
    assert [(rule.rule, rule.table, rule.column, rule.rows) for rule in found] == [
        ("uuid", "identities", "id", 4),
        ("jsonb", "identities", "traits", 7),
    ]
    # Two rules are named uuid: the reason is that of the column's own types.
    assert found[0].reason == rules.read().cast("char", "uuid").reason
    assert found[1].reason == rules.read().cast("json", "jsonb").reason


def test_a_history_table_that_is_empty_now(job: Job) -> None:
    job.run.write_result("publish", "kratos", {"retired": "x", "kept": []})
    assert [one.table for one in of_kratos(job).advice if one.kind == "empty_history"] == ["schema_migration"]
    job.run.write_result("publish", "kratos", {"retired": "x", "kept": ["schema_migration"]})
    assert not [one for one in of_kratos(job).advice if one.kind == "empty_history"]


VIOLATION = Violation("kratos", "identities", "traits", "not_jsonb", 2, "jsonb", ("k",))


@pytest.mark.parametrize(
    ("error", "status", "message", "violations"),
    [
        (ViolationError("it differs", [VIOLATION]), "failed", "it differs", 1),
        (RefusalError("not here", [VIOLATION, VIOLATION]), "refused", "not here", 2),
        (UsageError("not so"), "failed", "not so", 0),
        (InterruptError("nothing was published"), "failed", "nothing was published", 0),
        (ZeroDivisionError("value of a row"), "failed", "ZeroDivisionError: a fault of the tool", 0),
    ],
)
def test_a_run_that_failed(job: Job, error: BaseException, status: str, message: str, violations: int) -> None:
    exported(job)
    found = assembled(job, error)
    assert (found.status, len(found.violations)) == (status, violations)
    assert found.error is not None
    again = "./inv migrate" if status == "refused" else "./inv migrate --resume"
    assert (found.error.message, found.error.next_command) == (message, again)
    assert len(found.systems["kratos"].tables) == 2
    assert "value of a row" not in found.model_dump_json()
    assert "hush" not in found.model_dump_json()


def test_errors_carry_their_violations_into_the_file(job: Job) -> None:
    found: dict[str, Any] = assembled(job, ViolationError("x", [VIOLATION])).model_dump(mode="json")
    assert found["violations"][0]["sample_keys"] == ["k"]


def test_rows_that_a_rule_left_out_are_counted(job: Job) -> None:
    rule = rules.Override("kratos", "session_devices", "session_id", "skip_row_where", "true", None, "orphans")
    vars(job)["rules"] = replace(rules.read(), overrides=(rule,))
    exported(job)
    assert of_kratos(job).rules == (
        report.AppliedRule(
            rule="skip_row_where", table="session_devices", column="session_id", rows=5, reason="orphans"
        ),
    )


def test_a_system_that_was_published_all_the_same(job: Job) -> None:
    found = assembled(job, PartlyPublishedError("the second commit was refused", ["kratos"]))
    assert found.error is not None
    assert found.error.published == ("kratos",)
    assert not verdict.unchanged(found)
    assert verdict.unchanged(assembled(job, ViolationError("no commit at all")))
