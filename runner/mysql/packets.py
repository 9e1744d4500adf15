"""Rows of a running MySQL query as raw bytes, straight from the protocol's packets.

pymysql turns every row into a packet object and a tuple; this reader takes large blocks from the socket
and cuts them itself, several times faster, and never decodes a value. Source of the format: the text
protocol of MySQL's client/server protocol documentation (packet header of four bytes, length-encoded
strings, 0xFB for NULL, payloads of 16 MiB - 1 continued in the next packet).
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pymysql
from pymysql.cursors import SSCursor

from runner.mysql.source import Connection

Row = list[bytes | None]

_FULL = 0xFFFFFF
_BLOCK = 1 << 18


def rows(connection: Connection, sql: str) -> Iterator[Row]:
    """Run a query and yield its rows; values are the server's bytes, None is NULL.

    Raises pymysql's errors, also one that the server sends in the middle of the rows.
    """
    cursor = connection.cursor(SSCursor)
    cursor.execute(sql)
    result: Any = vars(cursor)["_result"]
    try:
        for payload in _payloads(connection):
            first = payload[0]
            if first == 0xFE and len(payload) < 9:
                return
            if first == 0xFF:
                pymysql.err.raise_mysql_exception(bytes(payload))
            values = _values(payload)
            del payload  # of a large row each copy counts
            yield values
    finally:
        # The rows were taken past pymysql; without this its cursor would wait for them at its end.
        result.unbuffered_active = False
        result.connection = None
        vars(cursor)["connection"] = None


def _payloads(connection: Any) -> Iterator[bytes]:
    """Complete payloads, each one row; stops after the packet the caller recognises as the last."""
    read = connection._rfile.read1
    buffer = b""
    position = 0
    while True:
        whole: io.BytesIO | None = None
        while True:
            while len(buffer) - position < 4:
                buffer, position = buffer[position:] + _some(read), 0
            length = buffer[position] | buffer[position + 1] << 8 | buffer[position + 2] << 16
            position += 4
            end = position + length
            if end > len(buffer):
                buffer, position = _fill(read, buffer[position:], length), 0
                end = length
            payload = buffer[position:end]
            position = end
            if length != _FULL and whole is None:
                break
            # It grows in place, where a list of parts would need the room twice.
            whole = whole or io.BytesIO()
            whole.write(payload)
            payload = b""
            if length != _FULL:
                break
        if whole is None:
            yield payload
        else:
            # Nothing here may hold what a caller has given back: of a large row each copy counts.
            large, whole = [whole.getvalue()], None
            yield large.pop()


def _fill(read: Any, start: bytes, length: int) -> bytes:
    blocks = [start]
    missing = length - len(start)
    while missing > 0:
        block = _some(read)
        blocks.append(block)
        missing -= len(block)
    return b"".join(blocks)


def _some(read: Any) -> bytes:
    try:
        block: bytes = read(_BLOCK)
    except OSError:
        block = b""
    if not block:
        raise pymysql.err.OperationalError(pymysql.constants.CR.CR_SERVER_LOST, "the connection was lost")
    return block


def _values(payload: bytes) -> Row:
    values: Row = []
    append = values.append
    position = 0
    size = len(payload)
    while position < size:
        length = payload[position]
        position += 1
        if length > 0xFA:
            if length == 0xFB:
                append(None)
                continue
            width = {0xFC: 2, 0xFD: 3, 0xFE: 8}[length]
            length = int.from_bytes(payload[position : position + width], "little")
            position += width
        end = position + length
        append(payload[position:end])
        position = end
    return values
