"""The front page leads to what a run left and to nothing else."""

from __future__ import annotations

import json
from concurrent.futures import Future
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from runner import dbt, log
from runner.errors import ViolationError
from runner.pages import docs
from runner.run import Run
from runner.runs.job import Job
from runner.systems import named
from tests import reports

PAGES = ("index.html", "report.html", "report.json", "log.jsonl", "runbook.html", "docs.kratos.html")
ROWS = ("staging.duckdb", "state.sqlite", "export/kratos/identities/0001.csv", "evidence/manifest.json")


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """The folder of a run with pages and rows in it."""
    for name in (*PAGES, *ROWS):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name, encoding="utf-8")
    return Run("01a20e44-80bb-75bd-9478-65bd9c5df025", tmp_path)


def test_the_front_page_leads_to_what_is_there(run: Run) -> None:
    docs.write_front_page(run, reports.succeeded())
    page = (run.folder / "index.html").read_text(encoding="utf-8")
    assert [name for name in PAGES[1:] if f'href="{name}"' not in page] == []
    assert "lineage.html" not in page
    (run.folder / "runbook.html").unlink()
    docs.write_front_page(run, reports.succeeded())
    assert "runbook.html" not in (run.folder / "index.html").read_text(encoding="utf-8")


class Engine:
    """Its pages cannot be made."""

    def docs(self, schema: str) -> Path:
        raise ViolationError(f"dbt knows no {schema}")


@pytest.mark.parametrize("told", [None, ViolationError("dbt ended unexpectedly")])
def test_pages_that_cannot_be_made_are_told_and_the_others_made(
    run: Run, told: ViolationError | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runner.postgres.publication.is_published", lambda *_: True)
    (run.folder / "log.jsonl").unlink()
    log.configure(run.folder, run.run_id, console=False)
    described: Future[None] = Future()
    described.set_exception(told) if told else described.set_result(None)
    job: Any = SimpleNamespace(run=run, systems=(named("kratos"),), targets={"kratos": None})
    page = run.folder / "docs.kratos.html"
    assert docs.build(cast(Job, job), {"kratos": cast(dbt.Engine, Engine())}, described) == [page]
    assert page.read_text(encoding="utf-8") == page.name, "as it was before"
    lines = (run.folder / "log.jsonl").read_text(encoding="utf-8").splitlines()
    outcomes = {line["page"]: line["outcome"] for line in map(json.loads, lines)}
    assert outcomes == {page.name: "not built", "lineage.html": "built", "er.html": "built"}
