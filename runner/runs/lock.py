"""One task at a time: a locked file in the work folder, and an advisory lock on every target a task writes to.

Both are held by the kernel or the server for as long as the process lives, so nothing is left to be removed after a
kill. Tasks that only read take no lock.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from psycopg import sql

from runner.errors import ConnectionLostError, RefusalError
from runner.postgres import target
from runner.settings import Address

NAME = ".lock"
# The same number in every release: two releases must not work on one target either.
_KEY = 0x636F6E7665726765
# A killed holder's session ends when its server notices.
_PATIENCE = "5s"


class Folder:
    """The lock of a work folder, while it is held."""

    def __init__(self, descriptor: int, task: str) -> None:
        self._descriptor = descriptor
        self._task = task

    def say(self, run_id: str) -> None:
        """Write down who holds it, for whoever comes second."""
        since = datetime.now(UTC).isoformat(timespec="seconds")
        content = json.dumps({"task": self._task, "pid": os.getpid(), "run": run_id, "since": since})
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, content.encode(), 0)


@contextmanager
def folder(work_dir: Path, task: str) -> Iterator[Folder]:
    """Hold the lock of a work folder; RefusalError says who else does."""
    descriptor = os.open(work_dir / NAME, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = _holder(descriptor)
            raise RefusalError(f"{work_dir}: {holder} works here; wait for its end, then run again") from None
        held = Folder(descriptor, task)
        held.say("")
        yield held
        os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def _holder(descriptor: int) -> str:
    try:
        said = json.loads(os.pread(descriptor, 4096, 0))
        run = f"run {said['run']}, " if said["run"] else ""
        return f"`./inv {said['task']}` (process {said['pid']}, {run}since {said['since']})"
    except (ValueError, KeyError):
        return "another task"


class Targets:
    """The locks on the targets of a task, while they are held."""

    def __init__(self, held: Sequence[tuple[Address, target.Connection]]) -> None:
        self._held = held

    def confirm(self) -> None:
        """ConnectionLostError when a lock was lost with its connection, so that another task may have begun."""
        for where, connection in self._held:
            try:
                connection.execute("SELECT")
            except psycopg.Error:
                raise ConnectionLostError(
                    f"target {where}: the lock on it was lost; `./inv migrate --resume` takes it again and goes on"
                ) from None


@contextmanager
def targets(places: Sequence[Address], task: str, run_id: str) -> Iterator[Targets]:
    """Hold the lock of every target; RefusalError says which session holds one already."""
    held: list[tuple[Address, target.Connection]] = []
    try:
        for where in places:
            connection = target.connect(where)
            held.append((where, connection))
            with target.explained(where, "taking the lock on it"):
                _take(where, connection, f"convergence {task} {run_id}")
        yield Targets(held)
    finally:
        for _, connection in held:
            connection.close()


def _take(where: Address, connection: target.Connection, name: str) -> None:
    connection.execute("SELECT set_config('application_name', %s, false)", (name,))
    connection.execute(f"SET lock_timeout = '{_PATIENCE}'")
    try:
        connection.execute("SELECT pg_advisory_lock(%s)", (_KEY,))
    except psycopg.errors.LockNotAvailable:
        rows = target.fetch_all(connection, target.statement("lock_holder"), (_KEY,))
        holder = f"{rows[0][0]} (session {rows[0][1]}, since {rows[0][2]})" if rows else "another session"
        raise RefusalError(f"target {where}: {holder} works on it; wait for its end, then run again") from None
    connection.execute(sql.SQL("SET lock_timeout = 0"))
