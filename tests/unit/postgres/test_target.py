"""Which errors say that the target went away, so that idempotent work may be tried again, and how they are told."""

from __future__ import annotations

import psycopg
import pytest
from pydantic import SecretStr

from runner.errors import ConnectionLostError, ConvergenceError
from runner.postgres import target

TARGET = target.address(SecretStr("postgresql://owner:hush@127.0.0.1/db"), "TARGET")


@pytest.mark.parametrize(
    ("error", "lost", "words"),
    [
        (psycopg.OperationalError("server closed the connection unexpectedly"), True, "connection was lost"),
        (psycopg.errors.AdminShutdown("hush"), True, "connection was lost"),
        (psycopg.errors.CrashShutdown("hush"), True, "connection was lost"),
        (psycopg.errors.CannotConnectNow("hush"), True, "connection was lost"),
        (psycopg.errors.ConnectionFailure("hush"), True, "connection was lost"),
        (psycopg.errors.OutOfMemory("hush"), False, "max_locks_per_transaction"),
        (psycopg.errors.DeadlockDetected("hush"), False, "deadlock"),
        (psycopg.errors.LockNotAvailable("hush"), False, "lock was not granted"),
        (psycopg.errors.DiskFull("hush"), False, "disk is full"),
        (psycopg.errors.InternalError_('could not extend file "base/1/2" with FileFallocate()'), False, "disk is full"),
        (psycopg.errors.InvalidPassword("hush"), False, "password was refused"),
    ],
)
def test_an_error_is_told_in_our_words(error: psycopg.Error, lost: bool, words: str) -> None:
    with pytest.raises(ConvergenceError, match=words) as caught, target.explained(TARGET, "copying t"):
        raise error
    assert isinstance(caught.value, ConnectionLostError) is lost
    assert "hush" not in str(caught.value)
