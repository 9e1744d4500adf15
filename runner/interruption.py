"""Ctrl-C and SIGTERM: they end a task in order, everywhere but where two commits belong together."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def heed() -> None:
    """Let the first signal raise KeyboardInterrupt in the main thread; further ones do not disturb the ending."""
    for one in _SIGNALS:
        signal.signal(one, _raise)


def _raise(number: int, frame: FrameType | None) -> None:
    del number, frame
    for one in _SIGNALS:
        signal.signal(one, signal.SIG_IGN)
    raise KeyboardInterrupt


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
