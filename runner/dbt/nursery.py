"""A process that has imported dbt and forks one more for each system: importing takes seconds and 90 MB, once."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from contextlib import suppress
from types import TracebackType
from typing import Any

from runner.settings import inherited
from runner.systems import ROOT

# What a process needs to find its user, its libraries and room for its files; no setting of ours.
INHERITED = ("HOME", "PATH", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH")
_PATIENCE = 5.0


class Nursery:
    """The process; closing it, or its end, ends all that it forked. Use it as a context manager."""

    def __init__(self) -> None:
        # Whole messages, each with its files: a stream could run two together.
        self._orders, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "runner.dbt.worker"],
            cwd=ROOT,
            env=environment(),
            stdin=theirs.fileno(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        theirs.close()

    def order(self, start: dict[str, Any], requests: int, answers: int) -> None:
        """Ask for a process that reads requests from one file and writes answers to another."""
        with suppress(OSError):  # The process is gone; the answer that does not come tells it better.
            socket.send_fds(self._orders, [json.dumps(start).encode()], [requests, answers])

    def close(self) -> None:
        """End the process and all that it forked, whatever they do; statements under way are rolled back."""
        self._orders.close()
        try:
            self.process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def __enter__(self) -> Nursery:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def environment() -> dict[str, str]:
    """The environment a dbt process starts in."""
    return {**inherited(INHERITED.__contains__), "PYTHONUTF8": "1"}
