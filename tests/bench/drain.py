"""A query's rows, received and dropped: what sending them costs, without what any reader makes of them.

Only the headers of the protocol's packets are looked at, which costs a Python client no more than one in C.
"""

from __future__ import annotations

from typing import Any

import pymysql
from pymysql.cursors import SSCursor

from runner.mysql.source import Connection

_BLOCK = 1 << 18
_FULL = 0xFFFFFF
_END, _ERROR = 0xFE, 0xFF


def drain(connection: Connection, query: str) -> int:
    """Run a query and drop its rows; returns the bytes of the rows. Raises pymysql's errors."""
    cursor = connection.cursor(SSCursor)
    cursor.execute(query)
    result: Any = vars(cursor)["_result"]
    try:
        return _drop(vars(connection)["_rfile"].read1)
    finally:
        # The rows were taken past pymysql; without this its cursor would wait for them at its end.
        result.unbuffered_active = False
        result.connection = None
        vars(cursor)["connection"] = None


def _drop(read: Any) -> int:
    block, position, size, continued = b"", 0, 0, False
    while True:
        while len(block) - position < 5:
            block, position = block[position:] + _some(read), 0
        length = int.from_bytes(block[position : position + 3], "little")
        first = block[position + 4]
        if not continued and first == _END and length < 9:
            return size
        if not continued and first == _ERROR:
            raise pymysql.err.OperationalError(pymysql.constants.CR.CR_UNKNOWN_ERROR, "the server ended the rows")
        continued = length == _FULL
        size += length
        position += 4 + length
        while position > len(block):
            position, block = position - len(block), _some(read)


def _some(read: Any) -> bytes:
    block: bytes = read(_BLOCK)
    if not block:
        raise pymysql.err.OperationalError(pymysql.constants.CR.CR_SERVER_LOST, "the connection was lost")
    return block
