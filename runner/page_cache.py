"""The memory in which the system keeps what was read or written of a file."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path


def begin_writing(descriptor: int, start: int, length: int) -> None:
    """Let the system write a part of a file to disk already, while more is added: `fsync` finds little left to do then.

    Linux begins to write what it is asked to forget and has not on disk (its mm/fadvise.c); elsewhere nothing happens.
    """
    with suppress(OSError, AttributeError):
        os.posix_fadvise(descriptor, start, length, os.POSIX_FADV_DONTNEED)


def forget(path: Path) -> None:
    """Give back the memory that holds a file's content, for one that will not be read again soon.

    The next file takes the same memory: an export of gigabytes passes through that of a few files, and neither
    displaces the pages of a database beside it nor asks a virtual machine's host for memory of its own. What is not on
    disk yet stays, and so does everything where the system knows no such advice. Source: posix_fadvise(2).
    """
    with suppress(OSError, AttributeError):
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
        try:
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        finally:
            os.close(descriptor)
