"""What is served are a run's pages, never its rows, however they are asked for."""

from __future__ import annotations

import http.client
import http.server
import socket
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from runner.errors import UsageError
from runner.pages import server
from runner.run import Run

PAGES = ("index.html", "report.html", "report.json", "log.jsonl", "runbook.html", "docs.kratos.html")
ROWS = (
    "staging.duckdb",
    "state.sqlite",
    "export/kratos/identities/0001.csv",
    "evidence/manifest.json",
    "scratch/x.html",
)
TRICKS = (
    "export/",
    "../secrets.html",
    "%2e%2e/secrets.html",
    "export/../staging.duckdb",
    "staging.duckdb#.html",
    "staging.duckdb?.html",
    "staging.duckdb%00.html",
    "export%2Fkratos%2Fidentities%2F0001.csv#.html",
    "x%2Fx.html",
)


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """The folder of a run with pages and rows in it."""
    for name in (*PAGES, *ROWS):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name, encoding="utf-8")
    return Run("01a20e44-80bb-75bd-9478-65bd9c5df025", tmp_path)


@pytest.fixture
def served(run: Run) -> Iterator[http.client.HTTPConnection]:
    """A connection to a server of the run's pages."""
    with http.server.ThreadingHTTPServer((server.HOST, 0), partial(server.Pages, directory=str(run.folder))) as pages:
        threading.Thread(target=pages.serve_forever, daemon=True).start()
        connection = http.client.HTTPConnection(server.HOST, pages.server_address[1], timeout=10)
        yield connection
        connection.close()
        pages.shutdown()


def _status(served: http.client.HTTPConnection, name: str) -> int:
    served.request("GET", f"/{name}")
    answer = served.getresponse()
    answer.read()
    return answer.status


def test_pages_are_served_and_rows_are_not(served: http.client.HTTPConnection) -> None:
    found = {name: _status(served, name) for name in (*PAGES, "", *ROWS, *TRICKS)}
    assert {name for name, status in found.items() if status == 200} == {*PAGES, ""}
    assert set(found.values()) == {200, 404}


def test_a_folder_without_a_front_page_tells_nothing(run: Run, served: http.client.HTTPConnection) -> None:
    (run.folder / "index.html").unlink()
    assert _status(served, "") == 404


def test_a_port_that_cannot_be_had_is_named(run: Run) -> None:
    with socket.create_server((server.HOST, 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=f"--port {port} cannot be used: Address already in use"):
            server.serve(run, port)
    with pytest.raises(UsageError, match="--port 70000 is none"):
        server.serve(run, 70_000)
