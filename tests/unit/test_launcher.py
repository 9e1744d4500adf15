"""`./inv` installs what the lock names on first use, again when the lock changes, and at no other time."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from runner.errors import InterruptError
from runner.systems import ROOT

# Stands for Python, inside the environment and outside: notes what it is asked, and makes what `venv` would make.
PYTHON = """#!/bin/sh
echo "$*" >>"$NOTES"
case "$*" in
    "-m venv "*) rm -rf "$4"; mkdir -p "$4/bin"; cp "$0" "$4/bin/python" ;;
    *" pip install "*) exit "${PIP:-0}" ;;
esac
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with the launcher, a lock and something that passes for Python."""
    shutil.copy(ROOT / "inv", tmp_path / "inv")
    (tmp_path / "python").write_text(PYTHON, encoding="utf-8")
    (tmp_path / "python").chmod(0o755)
    (tmp_path / "requirements.lock").write_text("one\n", encoding="utf-8")
    return tmp_path


def typed(project: Path, **variables: str) -> tuple[int, str, list[str]]:
    """Exit code, standard error, and what Python was asked, when somebody types `./inv check --system kratos`."""
    notes = project / "notes"
    notes.unlink(missing_ok=True)
    environment = {"PATH": os.environ["PATH"], "PYTHON": str(project / "python"), "NOTES": str(notes), **variables}
    ended = subprocess.run(
        [project / "inv", "check", "--system", "kratos"], env=environment, capture_output=True, text=True, check=False
    )
    return ended.returncode, ended.stderr, notes.read_text(encoding="utf-8").splitlines()


RUN = "-m runner check --system kratos"


def test_the_first_use_installs_with_hashes(project: Path) -> None:
    code, told, (_, made, installed, ran) = typed(project)
    assert (code, ran) == (0, RUN)
    assert told.startswith("inv: installing")
    assert made == f"-m venv --clear {project / '.venv'}"
    assert f"--require-hashes --requirement {project / 'requirements.lock'}" in installed


def test_the_second_use_does_not(project: Path) -> None:
    typed(project)
    assert typed(project) == (0, "", [RUN])


def test_another_lock_is_installed_anew(project: Path) -> None:
    typed(project)
    (project / "requirements.lock").write_text("two\n", encoding="utf-8")
    assert any("pip install" in asked for asked in typed(project)[2])
    assert typed(project) == (0, "", [RUN])


def test_what_could_not_be_installed_is_tried_again(project: Path) -> None:
    code, told, asked = typed(project, PIP="1")
    assert code == 2
    assert "could not be installed" in told
    assert RUN not in asked
    assert typed(project)[0] == 0


@pytest.mark.parametrize(("number", "task"), [(signal.SIGTERM, "runs"), (signal.SIGINT, "migrate --resume")])
def test_a_signal_at_any_moment_ends_it_in_one_line(number: signal.Signals, task: str, tmp_path: Path) -> None:
    ends = set()
    for wait in range(0, 1200, 75):
        with subprocess.Popen(
            [ROOT / "inv", *task.split()],
            env={"PATH": os.environ["PATH"], "WORK_DIR": str(tmp_path)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        ) as started:
            time.sleep(wait / 1000)
            started.send_signal(number)
            told = started.communicate()[1].splitlines()
        ends.add(started.returncode)
        # Only the shell may end without a word. Where there is nothing to resume is wrong use.
        expected = {-number: 0, 0: 0, 2: 1, 130: 1}
        assert len(told) == expected[started.returncode], told
        if started.returncode == InterruptError.exit_code:
            assert told[0].startswith("interrupted: ")
    assert InterruptError.exit_code in ends
