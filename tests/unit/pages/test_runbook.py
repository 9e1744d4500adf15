"""The runbook: names from elsewhere stay names, and every command that it tells exists."""

from __future__ import annotations

import re
from pathlib import Path

from invoke.collection import Collection
from markdown_it import MarkdownIt
from markdown_it.token import Token

import tasks
from runner.pages import runbook
from runner.run import Run
from runner.runs.forecast import Estimate, Forecast
from runner.runs.report import Report
from tests.reports import succeeded

HOSTILE = "x`</code><script>alert(1)</script>`` | \n# {{ 7 * 7 }} ${HOME} %s"
STEPS = (Estimate("load", 1.0, 2.0, 3.0),)
GO = Forecast(STEPS, Estimate("total", 1.0, 2.0, 3.0), 3, go=True, reason="3.0 s at most is within the window")


def written(folder: Path, name: str = "db.example/db", forecast: Forecast | None = GO) -> tuple[str, str]:
    report: Report = succeeded()
    places = {system: runbook.Endpoint(f"mysql://{name}", f"postgresql://{name}") for system in report.systems}
    expected = runbook.Expected("30m", 1800.0, forecast, "there is no rehearsal")
    markdown, page = runbook.write(
        Run(report.run_id, folder), report, places, expected, chosen=" --system kratos", replace=True
    )
    return markdown.read_text(encoding="utf-8"), page.read_text(encoding="utf-8")


def test_places_sizes_and_forecast(tmp_path: Path) -> None:
    markdown, page = written(tmp_path)
    for text in (markdown, page):
        assert "mysql://db.example/db" in text
        assert "GO" in text
        assert "2.0 s" in text
        assert "./inv migrate --system kratos --replace" in text


def test_without_a_rehearsal_it_says_so(tmp_path: Path) -> None:
    markdown, _ = written(tmp_path, forecast=None)
    assert "There is none: there is no rehearsal." in markdown


def test_names_from_elsewhere_stay_names(tmp_path: Path) -> None:
    markdown, page = written(tmp_path, HOSTILE)
    assert "<script" not in page
    assert "{{ 7 * 7 }}" in page
    shown = [token.content for token in _codes(markdown)]
    assert f"mysql://{HOSTILE}".replace("\n", "\\u000a") in shown


def _codes(markdown: str) -> list[Token]:
    parsed = MarkdownIt("commonmark", {"html": False}).enable("table").parse(markdown)
    return [child for token in parsed for child in token.children or () if child.type == "code_inline"]


def test_its_headings_are_the_parts_of_a_cut_over(tmp_path: Path) -> None:
    markdown, _ = written(tmp_path)
    wanted = ["Before", "Freeze", "Migrate", "Checks", "Publish", "Point of no return", "Rollback", "Clean-up"]
    assert re.findall(r"^## \d\. (.+)$", markdown, re.MULTILINE) == wanted


def test_its_commands_exist(tmp_path: Path) -> None:
    markdown, _ = written(tmp_path)
    contexts = {context.name: context for context in Collection.from_module(tasks).to_contexts()}
    commands = re.findall(r"\./inv ([a-z]+)((?: --?[a-z-]+| [a-z0-9]+)*)", markdown)
    assert len({name for name, _ in commands}) > 8
    for name, options in commands:
        assert name in contexts
        assert set(re.findall(r"--[a-z-]+", options)) <= set(contexts[name].flags)
