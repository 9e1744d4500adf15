"""What the system keeps of a file in memory."""

from __future__ import annotations

import ctypes
import mmap
import subprocess
from pathlib import Path

from tests.lacking import lacking


def resident(path: Path) -> int:
    """The pages of a file that are in memory; the test ends where files are never anywhere else."""
    kind = subprocess.run(["stat", "-f", "-c", "%T", path], check=True, capture_output=True, text=True).stdout.strip()
    if kind in ("tmpfs", "ramfs"):
        lacking(f"{path} is on a {kind}, which is memory: set TMPDIR to a folder on a disk")
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY) as mapped:
        found = (ctypes.c_ubyte * -(-len(mapped) // mmap.PAGESIZE))()
        start = ctypes.c_char.from_buffer(mapped)
        failed = ctypes.CDLL(None).mincore(ctypes.byref(start), ctypes.c_size_t(len(mapped)), found)
        del start  # or the mapping could not be closed
    assert not failed
    return sum(page & 1 for page in found)
