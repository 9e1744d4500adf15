"""Ctrl-C and SIGTERM: they end a task in order, everywhere but where two commits belong together.

Nor do they end an import: a module cut off half-way is missing what the ending, which writes the report, asks of it.
"""

from __future__ import annotations

import ctypes
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_IMPORTS = "<frozen importlib._bootstrap>"
_AGAIN = 0.02


def heed() -> None:
    """Let the first signal raise KeyboardInterrupt in the main thread; further ones do not disturb the ending.

    One that comes during an import, however deep, is raised when that import is done. What waited since `./inv` was
    started, which blocks them, or for an import, is raised here.
    """
    for one in _SIGNALS:
        signal.signal(one, _raise)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
    if _forget():
        signal.raise_signal(signal.SIGINT)


def ignore() -> None:
    """Let no signal change any more how a task ends: what is told of it now stands."""
    for one in _SIGNALS:
        signal.signal(one, signal.SIG_IGN)
    _forget()


def _forget() -> bool:
    """Whether a signal waited for an import; it does no longer."""
    waiting, _ = signal.setitimer(signal.ITIMER_REAL, 0)
    return waiting > 0


def _raise(number: int, frame: FrameType | None) -> None:
    if _is_importing(frame):
        # By way of the signal itself, because it may have to wait for two commits by then.
        signal.signal(signal.SIGALRM, lambda *_: signal.raise_signal(signal.Signals(number)))
        signal.setitimer(signal.ITIMER_REAL, _AGAIN)
        return
    ignore()
    raise KeyboardInterrupt


def _is_importing(frame: FrameType | None) -> bool:
    while frame and frame.f_code.co_filename != _IMPORTS:
        frame = frame.f_back
    return frame is not None


@contextmanager
def postponed() -> Iterator[None]:
    """Let a signal wait until the block is done; KeyboardInterrupt is raised then."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    arrived: list[int] = []
    former = {one: signal.signal(one, lambda number, _: arrived.append(number)) for one in _SIGNALS}
    try:
        yield
    finally:
        for one, handler in former.items():
            signal.signal(one, handler)
    if arrived:
        signal.raise_signal(signal.Signals(arrived[0]))


def die_with(parent: int) -> None:
    """Ask Linux to end this process when its parent is killed; elsewhere a closed pipe ends it."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)
    if os.getppid() != parent:
        raise SystemExit(1)
