"""The open database sessions of this process, so that an interrupted task can end the statements of its threads."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from weakref import WeakSet

_open: WeakSet[Any] = WeakSet()


def register(connection: Any) -> None:
    """Remember a connection of either driver for as long as somebody uses it."""
    _open.add(connection)


def cut() -> None:
    """Cut every open connection: whoever waits for an answer gets an error at once."""
    for connection in list(_open):
        with suppress(Exception):
            descriptor = connection.fileno() if hasattr(connection, "fileno") else vars(connection)["_sock"].fileno()
            with socket.socket(fileno=os.dup(descriptor)) as line:
                line.shutdown(socket.SHUT_RDWR)


@contextmanager
def cut_when_interrupted() -> Iterator[None]:
    """For a block that waits for threads: when it is interrupted they end soon, too."""
    try:
        yield
    except KeyboardInterrupt:
        cut()
        raise
