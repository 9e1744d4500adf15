"""The front page leads to what a run left and to nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from runner.pages import docs
from runner.run import Run
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
