"""The reference in docs/: current, complete, and told by the program itself."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from runner import program, rules
from runner.errors import ConvergenceError
from runner.generate import reference
from runner.runs import report
from runner.settings import Settings
from runner.systems import ROOT, all_systems

TASKS = [reference.Task(*task) for task in program.described(ROOT / "tasks.py")]
CELL = re.compile(r"^\| `([^`]+)` \|", re.MULTILINE)


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    """The pages that would be written, by the name of their file."""
    return {path.name: text for path, text in reference.pages(TASKS).items()}


def test_the_pages_are_current() -> None:
    assert reference.drift(TASKS) == [], "run `./inv generate`"


def test_a_page_that_was_edited_or_lost_is_written_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reference, "DOCS", tmp_path)
    assert len(reference.write(TASKS)) == len(reference.pages(TASKS))
    edited, lost = tmp_path / "rules.md", tmp_path / "reference" / "tasks.md"
    edited.write_text("Nothing may be skipped.")
    lost.unlink()
    assert sorted(reference.drift(TASKS)) == sorted([edited, lost])
    assert sorted(reference.write(TASKS)) == sorted([edited, lost])
    assert reference.drift(TASKS) == []


def test_every_task_and_option_has_a_sentence() -> None:
    assert {task.name for task in TASKS} >= {"migrate", "check", "publish", "generate"}
    assert [task.name for task in TASKS if not task.says.endswith(".")] == []
    assert [(task.name, option) for task in TASKS for option, says in task.options if not says] == []
    check = next(task for task in TASKS if task.name == "check")
    assert ("--replace", "allow a target that an earlier run of this tool published") in check.options


def test_every_setting_is_there(pages: dict[str, str]) -> None:
    urls = {f"{side}_{system.name.upper()}_URL" for side in ("SOURCE", "TARGET") for system in all_systems()}
    plain = {name.upper() for name in Settings.model_fields} - {"SOURCE_URLS", "TARGET_URLS"}
    assert set(CELL.findall(pages["settings.md"])) >= urls | plain
    assert "| `JOBS` | integer from 1 to 64 |" in pages["settings.md"]


def test_every_error_has_its_code_and_word(pages: dict[str, str]) -> None:
    for kind in ConvergenceError.__subclasses__():
        assert f"| {kind.exit_code} | `{kind.word}:` |" in pages["exit-codes.md"]


def test_every_field_of_the_report_is_there(pages: dict[str, str]) -> None:
    fields = {name for model in (report.Report, report.SystemReport, report.TableReport) for name in model.model_fields}
    assert set(CELL.findall(pages["report.md"])) >= fields


def test_every_rule_is_there(pages: dict[str, str]) -> None:
    assert set(CELL.findall(pages["rules.md"])) >= {rule.rule for rule in rules.read().casts} | set(rules.OVERRIDES)


def test_events_are_found_where_they_are_written(pages: dict[str, str]) -> None:
    events = set(CELL.findall(pages["log.md"].partition("## Events")[2]))
    assert events >= {"phase", "file", "digest", "violation", "publish", "fault"}
    assert "identical" in pages["log.md"]
