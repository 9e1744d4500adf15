"""README cannot lie about the tasks, their options, the settings and the exit codes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

import tasks
from runner.errors import RefusalError, UsageError, ViolationError
from runner.systems import ROOT, all_systems

README = (ROOT / "README.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| (`[^|]+) \| ([^|]+) \|$", re.MULTILINE)
SETTING = re.compile(r"^([A-Z][A-Z0-9_]*)=", re.MULTILINE)


def section(title: str) -> str:
    """The text of a section of README."""
    return README.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


@cache
def listed() -> dict[str, str]:
    """What `invoke --list` says of each task."""
    command = [sys.executable, "-m", "invoke", "--list"]
    shown = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return dict(re.findall(r"^  (\S+) +(.+)$", shown, re.MULTILINE))


def test_table_of_tasks_is_the_list_of_tasks() -> None:
    table = {name.strip("`"): says for name, says in ROW.findall(section("Tasks"))}
    assert table == listed()
    assert len(table) > 10


def test_every_task_can_be_typed_and_says_what_it_does() -> None:
    for name, says in listed().items():
        assert getattr(tasks, name).__doc__.strip().splitlines()[0] == says


def test_table_of_settings_is_the_example() -> None:
    table = section("Moving your own data")
    example = set(SETTING.findall((ROOT / ".env.example").read_text(encoding="utf-8")))
    assert set(re.findall(r"`((?:SOURCE|TARGET)_[A-Z]+_URL|WORK_DIR|JOBS)`", table)) == example
    urls = {f"{side}_{system.name.upper()}_URL" for side in ("SOURCE", "TARGET") for system in all_systems()}
    assert example == urls | {"WORK_DIR", "JOBS"}


def test_example_holds_no_value() -> None:
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line and not line.startswith("#") and not line.endswith("=")] == []


@pytest.mark.parametrize(("code", "word"), [(1, "violation"), (2, "wrong use"), (3, "refused")])
def test_exit_codes(code: int, word: str) -> None:
    table = dict(re.findall(r"^\| ([0-3]) \| (.+) \|$", section("Tasks"), re.MULTILINE))
    assert word in table[str(code)]
    assert {kind.exit_code for kind in (ViolationError, UsageError, RefusalError)} == set(map(int, table)) - {0}


AFTER_A_TASK = """
import signal
from invoke.context import Context
from runner import program
from runner.commands import outcome

with outcome.told():
    pass
assert signal.getsignal(signal.SIGTERM) is signal.SIG_IGN
program.python(Context(), "handler")
"""
# SIGHUP is for whoever starts the tests to ignore or not, as nohup does.
HANDLER = "import signal; print(signal.getsignal(signal.SIGTERM).name)"


def run(script: str, modules: Path) -> list[str]:
    """The lines that a script of the project prints, which may start the modules of a folder."""
    ended = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(modules)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return ended.stdout.splitlines()


def test_a_process_heeds_signals_whatever_task_came_before(tmp_path: Path) -> None:
    (tmp_path / "handler.py").write_text(HANDLER, encoding="utf-8")
    assert run(AFTER_A_TASK, tmp_path)[-1] == "SIG_DFL"


SIDE_BY_SIDE = """
from invoke.context import Context
from invoke.exceptions import Exit
from runner import program

try:
    program.side_by_side(Context(), ["meets one two", "meets two one", "passes"])
except Exit as exit:
    print(exit.code)
"""
MEETS = """
import pathlib, sys, time
here, other = (pathlib.Path(__file__).with_name(name) for name in sys.argv[1:])
here.touch()
while not other.exists():
    time.sleep(0.01)
print("met", other.name)
sys.exit(other.name == "two" and 7)
"""


def test_programs_side_by_side_are_told_of_one_by_one_and_the_first_that_fails_decides(tmp_path: Path) -> None:
    (tmp_path / "meets.py").write_text(MEETS, encoding="utf-8")
    (tmp_path / "passes.py").write_text("print('passed')", encoding="utf-8")
    told = [line for line in run(SIDE_BY_SIDE, tmp_path) if line]
    python = f"{sys.executable} -m"
    assert told == [
        *(f"{python} meets one two", "met two"),
        *(f"{python} meets two one", "met one"),
        *(f"{python} passes", "passed"),
        "7",
    ]
