"""A report or a log that is not as the docs say is seen; the made-up reports are as they say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped, unused-ignore]
import pytest

from runner.runs import report
from tests import contract, reports


@pytest.mark.parametrize("made", [reports.succeeded(), reports.failed(), reports.refused()], ids=lambda one: one.status)
def test_a_written_report_is_as_its_schema_says(tmp_path: Path, made: report.Report) -> None:
    report.write(made, tmp_path)
    assert contract.report(tmp_path)["status"] == made.status


@pytest.mark.parametrize(
    "change",
    [{"status": "done"}, {"seconds": "22"}, {"colour": "blue"}, {"phases": [{"name": "check"}]}, {"run_id": None}],
    ids=str,
)
def test_a_report_that_is_not_is_seen(tmp_path: Path, change: dict[str, Any]) -> None:
    report.write(reports.refused(), tmp_path)
    path = tmp_path / "report.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(jsonschema.ValidationError):
        contract.report(tmp_path)


def test_an_event_that_nobody_documented_is_seen(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    log.write_text('{"event": "phase"}\n')
    assert contract.log(tmp_path) == [{"event": "phase"}]
    log.write_text('{"event": "phase"}\n{"event": "surprise"}\n')
    with pytest.raises(AssertionError, match="surprise"):
        contract.log(tmp_path)
