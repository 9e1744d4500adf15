"""A signal ends a task once, never between two commits, and reaches threads that wait for a server."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading

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
