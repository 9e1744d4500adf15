"""The lock of a work folder: one holder, named to the second, and gone with its process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from runner.errors import RefusalError
from runner.runs import lock
from runner.systems import ROOT

HOLD = """
import sys, time
from pathlib import Path
from runner.runs import lock
with lock.folder(Path(sys.argv[1]), "migrate") as held:
    held.say("run-1")
    print("held", flush=True)
    time.sleep(60)
"""


def test_the_second_is_told_who_holds_it(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == "held\n"
        told = rf"`\./inv migrate` \(process {holder.pid}, run run-1, since 20\d\d-.*\) works here"
        with pytest.raises(RefusalError, match=told) as caught, lock.folder(tmp_path, "load"):
            pytest.fail("two hold it")
        assert caught.value.exit_code == 3
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        # A killed holder leaves its words, and no lock.
        with lock.folder(tmp_path, "load"):
            assert '"task": "load"' in (tmp_path / lock.NAME).read_text()


def test_it_can_be_taken_again_after_an_error(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), lock.folder(tmp_path, "load"):
        raise ZeroDivisionError
    with lock.folder(tmp_path, "load") as held:
        held.say("run-2")
        assert "run-2" in (tmp_path / lock.NAME).read_text()
    assert (tmp_path / lock.NAME).read_text() == ""


def test_the_file_is_private_and_no_link(tmp_path: Path) -> None:
    with lock.folder(tmp_path, "load"):
        assert (tmp_path / lock.NAME).stat().st_mode & 0o777 == 0o600
    (tmp_path / lock.NAME).unlink()
    (tmp_path / lock.NAME).symlink_to("elsewhere")
    with pytest.raises(OSError, match="symbolic links"), lock.folder(tmp_path, "load"):
        pytest.fail("a link was followed")
    assert not (tmp_path / "elsewhere").exists()


def test_a_holder_that_said_nothing_yet(tmp_path: Path) -> None:
    with lock.folder(tmp_path, "load"):
        os.truncate(tmp_path / lock.NAME, 0)
        with pytest.raises(RefusalError, match="another task works here"), lock.folder(tmp_path, "load"):
            pytest.fail("two hold it")
