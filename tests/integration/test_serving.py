"""`./inv docs --serve` as a person types it: pages arrive, rows do not, and Ctrl-C ends it in order."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from runner.pages import docs
from runner.run import Run, create
from runner.systems import ROOT
from tests import reports
from tests.integration.deployment import inv

PATIENCE = 120
ROWS = ("export/kratos/identities/0001.csv", "staging.duckdb", "state.sqlite")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run's folder with the pages of a report and with rows."""
    here = create(tmp_path_factory.mktemp("work"))
    docs.write_report_page(here, reports.succeeded())
    docs.write_front_page(here, reports.succeeded())
    for name in ROWS:
        (here.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (here.folder / name).write_text("a row", encoding="utf-8")
    return here


@pytest.fixture
def served(run: Run) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The running command and the address that it told."""
    environment = {name: os.environ[name] for name in ("PATH", "HOME")} | {"WORK_DIR": str(run.folder.parent)}
    with subprocess.Popen(
        ["./inv", "docs", "--serve"],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout
            told = process.stdout.readline()
            address = re.fullmatch(r"(http://127\.0\.0\.1:\d+/) \(Ctrl-C ends it\)\n", told)
            assert address, told
            yield process, address[1]
        finally:
            process.kill()


def test_pages_arrive_and_rows_do_not(served: tuple[subprocess.Popen[str], str]) -> None:
    _, address = served
    for page, words in (("", "What this run left"), ("report.html", "100 of 100 tables identical")):
        with urllib.request.urlopen(address + page, timeout=PATIENCE) as answer:  # noqa: S310 - our own server
            assert words in answer.read().decode()
    for name in (*ROWS, "export/"):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(address + name, timeout=PATIENCE)  # noqa: S310 - our own server
        refused.value.close()
        assert refused.value.code == 404


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_when_it_is_told_to(served: tuple[subprocess.Popen[str], str], ending: signal.Signals) -> None:
    process, _ = served
    process.send_signal(ending)
    rest = process.communicate(timeout=PATIENCE)
    assert (process.returncode, *rest) == (0, "", "")


def test_a_port_that_is_no_port_is_wrong_use(run: Run) -> None:
    finished = inv("docs", "--serve", "--port", "70000", environment={"WORK_DIR": str(run.folder.parent)})
    assert (finished.code, finished.line) == (
        2,
        "wrong use: --port 70000 is none: name one up to 65535, or 0 for a free one",
    )


def test_without_a_run_there_is_nothing_to_serve(tmp_path: Path) -> None:
    finished = inv("docs", "--serve", environment={"WORK_DIR": str(tmp_path)})
    assert finished.code == 2
    assert "there is no run in" in finished.line
