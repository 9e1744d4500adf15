"""Another terminal sees how a run stands, and never takes a killed run for one that goes on."""

from __future__ import annotations

import io
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console

from runner import run
from runner.commands import execution, outcome
from runner.errors import UsageError
from runner.run import Run
from runner.runs import history, report, standing
from runner.screen import terminal
from runner.systems import ROOT
from tests import reports

HOLDER = """
import sys
from pathlib import Path
from runner.runs import standing
with standing.kept(Path(sys.argv[1])) as told:
    told.tell(lambda: ["export running"], at_once=True)
    print("told", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def here(tmp_path: Path) -> Run:
    return run.create(tmp_path)


def _listed(folder: Path) -> list[str]:
    out = Console(file=io.StringIO(), width=80)
    history.listing(folder, out)
    assert isinstance(out.file, io.StringIO)
    return [line.rstrip() for line in out.file.getvalue().splitlines()]


def test_a_run_goes_on_until_its_process_is_killed(here: Run) -> None:
    command = [sys.executable, "-c", HOLDER, str(here.folder)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == "told\n"
        assert history.of_run(here).outcome == "in progress"
        assert standing.read(here.folder) == "export running\n"
        holder.send_signal(signal.SIGKILL)
        holder.wait()
    assert history.of_run(here).outcome == "broken off"
    assert standing.read(here.folder) == "export running\n"


def test_a_display_tells_what_it_shows(here: Run) -> None:
    with standing.kept(here.folder) as told, terminal.display(("export",), io.StringIO(), told) as display:
        display.expect(10, 1000)
        display.phase_started("export")
        display.chunk_started("alkemio", "user", "export")
        display.chunk_finished("alkemio", "user", "export", 5, 500)
        assert history.of_run(here).outcome == "in progress"
        display.phase_finished("export", "succeeded")
    said = standing.read(here.folder)
    assert "export   succeeded" in said
    assert "10 of 10 rows" in said
    assert max(map(len, said.splitlines())) <= 80


def test_between_two_events_the_file_is_left_alone(here: Run) -> None:
    with standing.kept(here.folder) as told:
        told.tell(lambda: ["a long first line"], at_once=True)
        told.tell(lambda: ["second"])
        assert standing.read(here.folder) == "a long first line\n"
        told.tell(lambda: ["second"], at_once=True)
        assert standing.read(here.folder) == "second\n"


def test_runs_are_listed_with_their_outcome_newest_first(tmp_path: Path) -> None:
    first, second = run.create(tmp_path), run.create(tmp_path)
    report.write(reports.failed().model_copy(update={"run_id": first.run_id}), first.folder)
    lines = _listed(tmp_path)
    assert max(map(len, lines)) <= 80
    assert lines[1].endswith(f"broken off          {second.run_id}")
    assert lines[2].endswith(f"failed      21.9 s  {first.run_id}")


def test_a_damaged_report_is_named_after_all_runs_are_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    good, cut, other, unfinished = (run.create(tmp_path) for _ in range(4))
    report.write(reports.failed(), good.folder)
    (cut.folder / "report.json").write_text('{"run_id": "')
    (other.folder / "report.json").mkdir()
    (tmp_path / "a-folder-of-somebody-else").mkdir()
    monkeypatch.setenv("WORK_DIR", str(tmp_path))
    with pytest.raises(SystemExit) as ended, outcome.told():
        execution.runs()
    said = capsys.readouterr()
    rows = [line.split() for line in said.out.splitlines()[1:]]
    assert [(row[-1], row[2]) for row in rows] == [
        (unfinished.run_id, "broken"),
        (other.run_id, "damaged"),
        (cut.run_id, "damaged"),
        (good.run_id, "failed"),
    ]
    assert ended.value.code == 2
    assert said.err.count("\n") == 1
    assert f"{cut.folder / 'report.json'} is not a report: Invalid JSON" in said.err
    assert f"{other.folder / 'report.json'} cannot be read: Is a directory" in said.err


def test_without_a_run_the_line_says_what_to_type(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"there is no run in .* yet: start with `./inv check`"):
        _listed(tmp_path)
