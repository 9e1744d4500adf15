"""What only a process can show: its exit code, its only line and its report, after a full disk or wrong words."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.integration.bad_input.attempts import KINDS, REFUSAL, USAGE, VIOLATION, Place
from tests.integration.deployment import connect_target, inv


def test_full_disk(place: Place, tmp_path: Path) -> None:
    given = replace(place.deployment, work=tmp_path / "work")
    finished = given.inv("migrate", "--system", "kratos", file_limit=1_000_000)
    assert finished.code == VIOLATION, finished.told
    assert finished.line.startswith(KINDS[VIOLATION])
    assert "make room" in finished.line
    assert ".csv" in finished.line
    assert place.untouched()


@pytest.mark.parametrize("arguments", [("check", "--no-such-option"), ("no-such-task",), ("check", "--system")])
def test_unknown_words(place: Place, arguments: tuple[str, ...]) -> None:
    finished = inv(*arguments, environment=place.settings)
    assert finished.code == USAGE, finished.told
    assert arguments[-1] in finished.line


def test_wrong_use_of_a_process(place: Place) -> None:
    finished = inv("check", environment={**place.settings, "JOBS": "0"})
    assert finished.code == USAGE, finished.told
    assert finished.line.startswith(f"{KINDS[USAGE]}wrong setting: JOBS")


def test_report_of_a_refusal(place: Place, tmp_path: Path) -> None:
    with connect_target(place.deployment.targets["kratos"]) as connection:
        connection.execute("create table foreign_table (id int)")
        try:
            given = replace(place.deployment, work=tmp_path / "work")
            finished = given.inv("check", "--system", "kratos")
        finally:
            connection.execute("drop table foreign_table")
    assert finished.code == REFUSAL, finished.told
    assert "foreign_table" in finished.line
    report = given.report()
    assert report["status"] == "refused"
    assert report["error"]["message"] == finished.line.removeprefix(KINDS[REFUSAL])
    assert place.untouched()
