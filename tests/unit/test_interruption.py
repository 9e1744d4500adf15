"""A signal ends a task once, never between two commits, and reaches threads that wait for a server."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
from pathlib import Path

from runner import sessions
from runner.systems import ROOT

HEEDED = """
import signal, time
from runner import interruption
interruption.heed()
try:
    with interruption.postponed():
        signal.raise_signal(signal.{name})
        print("first commit")
        print("second commit")
    print("never")
except KeyboardInterrupt:
    signal.raise_signal(signal.SIGTERM)
    signal.raise_signal(signal.SIGINT)
    print("ended in order")
"""


def test_a_signal_waits_for_the_second_commit_and_further_ones_do_not_disturb() -> None:
    for name in ("SIGINT", "SIGTERM"):
        told = subprocess.run(
            [sys.executable, "-c", HEEDED.format(name=name)], cwd=ROOT, check=True, capture_output=True, text=True
        )
        assert told.stdout.splitlines() == ["first commit", "second commit", "ended in order"]


def test_without_a_signal_nothing_happens() -> None:
    script = HEEDED.format(name="SIGINT").replace("signal.raise_signal(signal.SIGINT)\n        print", "print")
    told = subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, capture_output=True, text=True)
    assert told.stdout.splitlines() == ["first commit", "second commit", "never"]


IMPORTED = """
import signal
signal.raise_signal(signal.SIGTERM)
from outer import inner
whole = True
"""
IMPORTING = """
import signal
from runner import interruption
interruption._AGAIN = 3600  # the alarm comes where it is raised here, however slow the machine
interruption.heed()
try:
    from outer import middle
    with interruption.postponed():
        signal.raise_signal(signal.SIGALRM)
        print("two commits")
    print("never")
except KeyboardInterrupt:
    from outer import inner, middle
    print(middle.whole, inner.whole)
"""


def test_a_signal_waits_for_the_end_of_an_import_and_of_commits_that_follow(tmp_path: Path) -> None:
    (tmp_path / "outer").mkdir()
    inner = "import signal; signal.raise_signal(signal.SIGALRM); whole = True"
    for name, text in {"__init__": "", "middle": IMPORTED, "inner": inner}.items():
        (tmp_path / "outer" / f"{name}.py").write_text(text)
    script = f"import sys; sys.path.insert(0, {str(tmp_path)!r}){IMPORTING}"
    told = subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, capture_output=True, text=True)
    assert told.stdout.splitlines() == ["two commits", "True True"]


def test_charts_cut_off_while_they_are_imported_can_be_drawn_by_the_ending() -> None:
    script = """
import signal, sys
from runner import interruption
interruption.heed()
class Struck:
    def find_spec(self, name, *_):
        if name == "runner.pages.diagram":
            signal.raise_signal(signal.SIGINT)
sys.meta_path.insert(0, Struck())
try:
    from runner.pages import atlas
    signal.pause()
except KeyboardInterrupt:
    from runner.pages.report_html import index
    print("ended in order")
"""
    told = subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False, capture_output=True, text=True)
    assert (told.stdout, told.stderr) == ("ended in order\n", "")


class Waiting:
    """A connection as the drivers have them, which waits for an answer."""

    def __init__(self, line: socket.socket) -> None:
        self.line = line

    def fileno(self) -> int:
        return self.line.fileno()


class WaitingOnAnotherDriver:
    """The other driver names no descriptor itself."""

    def __init__(self, line: socket.socket) -> None:
        self._sock = line


def test_threads_that_wait_are_cut() -> None:
    for kind in (Waiting, WaitingOnAnotherDriver):
        ours, theirs = socket.socketpair()
        with ours, theirs:
            connection = kind(ours)
            sessions.register(connection)
            answers: list[bytes] = []
            thread = threading.Thread(target=lambda line, found: found.append(line.recv(1)), args=(ours, answers))
            thread.start()
            sessions.cut()
            thread.join(10)
            assert answers == [b""]
            del connection
