"""The front page leads to what a run left and to nothing else; what is served are the pages, never the rows."""

from __future__ import annotations

import http.client
import http.server
import threading
from collections.abc import Iterator
from functools import partial
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


@pytest.fixture
def served(run: Run) -> Iterator[http.client.HTTPConnection]:
    """A connection to a server of the run's pages."""
    handler = partial(_Silent, directory=str(run.folder))
    with http.server.ThreadingHTTPServer((docs.HOST, 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        connection = http.client.HTTPConnection(docs.HOST, server.server_address[1], timeout=10)
        yield connection
        connection.close()
        server.shutdown()


class _Silent(docs._Pages):
    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the name is the base class's
        del format, arguments


def test_pages_are_served_and_rows_are_not(served: http.client.HTTPConnection) -> None:
    found = {}
    for name in (*PAGES, "", *ROWS, "export/", "../secrets.html", "%2e%2e/secrets.html", "export/../staging.duckdb"):
        served.request("GET", f"/{name}")
        answer = served.getresponse()
        answer.read()
        found[name] = answer.status
    assert {name for name, status in found.items() if status == 200} == {*PAGES, ""}
    assert set(found.values()) == {200, 404}
