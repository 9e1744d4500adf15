"""The engine says nothing by itself, whatever it runs in."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from runner.systems import ROOT

SETTING = "print('bar', engine.execute('SELECT current_setting(\\'enable_progress_bar\\')').fetchone()[0])"
OURS = (
    f"import sys, pathlib; from runner.duckdb.engine import open_engine;"
    f"engine = open_engine(pathlib.Path(sys.argv[1]), 0); {SETTING}"
)
DEFAULT = f"import duckdb; engine = duckdb.connect(); {SETTING}"


@pytest.mark.parametrize(("program", "said"), [(OURS, b"bar False"), (DEFAULT, b"bar True")], ids=["ours", "default"])
def test_no_bar_is_drawn_into_the_display_of_a_run(program: str, said: bytes, tmp_path: Path) -> None:
    outer, inner = pty.openpty()
    command = [sys.executable, "-c", program, str(tmp_path / "scratch")]
    done = subprocess.run(command, cwd=ROOT, stdout=inner, stderr=inner, stdin=inner, check=False)
    os.close(inner)
    assert (done.returncode, os.read(outer, 4096).strip()) == (0, said)
    os.close(outer)
