"""Which errors of the two drivers say that a server went away, so that idempotent work may be tried again."""

from __future__ import annotations

import pickle

import psycopg
import pymysql
import pytest
from pydantic import SecretStr
from pymysql.constants import CR, ER

from runner.errors import ConnectionLostError, ConvergenceError
from runner.mysql import source
from runner.postgres import target

SOURCE = source.address(SecretStr("mysql://reader:hush@127.0.0.1/db"), "SOURCE")
TARGET = target.address(SecretStr("postgresql://owner:hush@127.0.0.1/db"), "TARGET")


@pytest.mark.parametrize(
    ("code", "lost"),
    [
        (CR.CR_CONN_HOST_ERROR, True),
        (CR.CR_SERVER_LOST, True),
        (CR.CR_SERVER_GONE_ERROR, True),
        (ER.SERVER_SHUTDOWN, True),
        (ER.QUERY_INTERRUPTED, True),
        (ER.ACCESS_DENIED_ERROR, False),
        (ER.LOCK_DEADLOCK, False),
        (ER.LOCK_WAIT_TIMEOUT, False),
        (ER.DISK_FULL, False),
    ],
)
def test_of_the_source(code: int, lost: bool) -> None:
    with pytest.raises(ConvergenceError) as caught, source.explained(SOURCE, "reading t"):
        raise pymysql.err.OperationalError(code, "hush")
    assert isinstance(caught.value, ConnectionLostError) is lost
    assert "hush" not in str(caught.value)


def test_a_broken_socket_of_the_source() -> None:
    with pytest.raises(ConnectionLostError), source.explained(SOURCE, "reading t"):
        raise ConnectionResetError


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
def test_of_the_target(error: psycopg.Error, lost: bool, words: str) -> None:
    with pytest.raises(ConvergenceError, match=words) as caught, target.explained(TARGET, "copying t"):
        raise error
    assert isinstance(caught.value, ConnectionLostError) is lost
    assert "hush" not in str(caught.value)


def test_the_kind_survives_the_way_from_a_worker() -> None:
    error = pickle.loads(pickle.dumps(ConnectionLostError("gone")))  # noqa: S301 - made here
    assert type(error) is ConnectionLostError
    assert str(error) == "gone"
