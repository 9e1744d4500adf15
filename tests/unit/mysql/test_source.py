"""Which errors say that the source went away, so that reading may be tried again."""

from __future__ import annotations

import pymysql
import pytest
from pydantic import SecretStr
from pymysql.constants import CR, ER

from runner.errors import ConnectionLostError, ConvergenceError
from runner.mysql import source

SOURCE = source.address(SecretStr("mysql://reader:hush@127.0.0.1/db"), "SOURCE")


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
def test_a_lost_connection_is_told_from_other_errors(code: int, lost: bool) -> None:
    with pytest.raises(ConvergenceError) as caught, source.explained(SOURCE, "reading t"):
        raise pymysql.err.OperationalError(code, "hush")
    assert isinstance(caught.value, ConnectionLostError) is lost
    assert "hush" not in str(caught.value)


def test_a_broken_socket_is_a_lost_connection() -> None:
    with pytest.raises(ConnectionLostError), source.explained(SOURCE, "reading t"):
        raise ConnectionResetError
