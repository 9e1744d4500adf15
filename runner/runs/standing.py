"""How a run stands, told to other terminals: a few lines of text in its folder, locked while the run goes on.

The lock is the kernel's, so a killed run never looks like one that goes on.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

NAME = "standing.txt"
EVERY = 1.0
"""Seconds between two writings, unless something happens that counts."""


class Standing:
    """The file of one run, while the run goes on."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._written = -EVERY

    def tell(self, lines: Callable[[], Iterable[str]], *, at_once: bool = False) -> None:
        """Write lines down, at most once in a while."""
        now = time.monotonic()
        if at_once or now - self._written >= EVERY:
            self._written = now
            content = "".join(f"{line.rstrip()}\n" for line in lines()).encode()
            os.pwrite(self._descriptor, content, 0)
            os.ftruncate(self._descriptor, len(content))


@contextmanager
def kept(folder: Path) -> Iterator[Standing]:
    """The file of a run that begins or goes on."""
    descriptor = os.open(folder / NAME, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        # Whoever only looks holds it for a moment.
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield Standing(descriptor)
    finally:
        os.close(descriptor)


def goes_on(folder: Path) -> bool:
    """Whether a process works on a run."""
    try:
        descriptor = os.open(folder / NAME, os.O_RDONLY | os.O_NOFOLLOW)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def read(folder: Path) -> str:
    """What a run said last, empty when it never said anything."""
    path = folder / NAME
    return path.read_text(encoding="utf-8") if path.is_file() else ""
