"""report.json: the contract of its shape, exact digests, whole files, errors that name the fault."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from runner.errors import UsageError, Violation
from runner.pages import docs
from runner.run import Run
from runner.runs import report
from runner.runs.report import Report, SystemReport, TableReport
from runner.systems import ROOT

START = datetime(2025, 3, 4, 5, 6, 7, 890000, tzinfo=UTC)


def small(**changes: Any) -> Report:
    """A report with one table."""
    table = TableReport(
        name="user",
        source_rows=3,
        exported_rows=3,
        landed_rows=3,
        final_rows=3,
        source_digest=str(2**61 + 1),
        final_digest=2**61 + 1,  # type: ignore[arg-type]
        identical=True,
        bytes=120,
        seconds=0.12345,
    )
    system = SystemReport(
        source=report.Source(kind="mysql", version="9.1.0", snapshot="binlog.000002:157", database="alkemio"),
        target=report.Target(version="17.5", database="alkemio"),
        tables=(table,),
    )
    values: dict[str, Any] = {
        "run_id": "0195",
        "status": "succeeded",
        "started_at": START,
        "finished_at": START + timedelta(seconds=2),
        "seconds": 2.0,
        "systems": {"alkemio": system},
    }
    return Report(**{**values, **changes})


def test_the_schema_in_docs_is_the_models_own() -> None:
    kept = (ROOT / "docs" / "report.schema.json").read_text(encoding="utf-8")
    assert kept == report.schema(), "docs/report.schema.json is stale: write runner.report.schema() to it"


def test_a_report_has_the_fields_that_other_programs_read() -> None:
    document = json.loads(small().model_dump_json())
    assert {"run_id", "status", "started_at", "finished_at", "seconds", "versions", "phases"} <= set(document)
    assert document["started_at"] == "2025-03-04T05:06:07.890000Z"
    system = document["systems"]["alkemio"]
    assert {"kind", "version", "snapshot"} <= set(system["source"])
    assert set(system["constraints"]) == {"primary_keys", "unique", "foreign_keys", "checks", "not_null"}
    assert {"skipped", "rules", "sequences", "drift", "advice"} <= set(system)
    assert system["tables"][0]["source_digest"] == "2305843009213693953"
    assert system["tables"][0]["final_digest"] == "2305843009213693953"
    assert system["tables"][0]["seconds"] == 0.123


def test_a_written_report_reads_back_equal(tmp_path: Path) -> None:
    violation = Violation("alkemio", "user", "email", "null", 2, "not_null", ("1", "2"), "0001.csv", 7, "Fill it")
    written = small(violations=(violation,), status="failed")
    path = report.write(written, tmp_path)
    assert report.read(path) == written
    assert path.stat().st_mode & 0o777 == 0o600
    docs.write_report_page(Run("0195", tmp_path), written)
    assert (tmp_path / "report.html").stat().st_mode & 0o777 == 0o600
    assert sorted(file.name for file in tmp_path.iterdir()) == ["report.html", "report.json"]


@pytest.mark.parametrize(("page", "made_by"), [("report.html", "render"), ("index.html", "index")])
def test_a_page_that_fails_to_render_stops_nothing(
    page: str, made_by: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> str:
        raise ZeroDivisionError

    monkeypatch.setattr(f"runner.pages.report_html.{made_by}", broken)
    docs.write_report_page(Run("0195", tmp_path), small())
    docs.write_front_page(Run("0195", tmp_path), small())
    assert not (tmp_path / page).exists()


def test_an_interrupted_write_leaves_the_old_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    report.write(small(), tmp_path)

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        report.write(small(status="failed"), tmp_path)
    assert report.read(tmp_path / "report.json") == small()


@pytest.mark.parametrize(
    ("text", "says"),
    [(None, "cannot be read"), ("{}", "is not a report: run_id"), ("not json", "a report: Invalid JSON.*; name")],
)
def test_a_file_that_is_no_report_is_named(tmp_path: Path, text: str | None, says: str) -> None:
    path = tmp_path / "report.json"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=says):
        report.read(path)


def test_unknown_fields_and_local_times_are_refused() -> None:
    with pytest.raises(ValidationError):
        small(colour="blue")
    with pytest.raises(ValidationError):
        small(started_at=START.replace(tzinfo=None))
    with pytest.raises(ValidationError):
        TableReport(name="user", source_digest="0x1f")


def test_totals_use_the_best_known_counts() -> None:
    assert (small().rows, small().bytes) == (3, 120)
    assert report.rows_of(TableReport(name="user", source_rows=9, exported_rows=8)) == 8
    assert report.rows_of(TableReport(name="user")) == 0
