"""Rows cut from the protocol's packets, however the network cuts the packets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from types import SimpleNamespace
from typing import Any, cast

import pymysql
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymysql.cursors import SSCursor

from runner.mysql import packets
from runner.mysql.packets import Row

FULL = 0xFFFFFF
EOF = b"\xfe\x00\x00\x02\x00"
ROWS: list[Row] = [[b"1", b"abc", None], [b"", None, b"x" * 300], [None, None, b"\xfe\xff\x00"]]


class Network:
    """What a connection reads from: the pieces, one a read, then the end of the stream."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)

    def read1(self, _size: int) -> bytes:
        return next(self._pieces, b"")


class Cursor:
    """As much of an unbuffered cursor as the reader touches."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._result = SimpleNamespace(unbuffered_active=True, connection=connection)

    def execute(self, sql: str) -> None:
        self.connection.statements.append(sql)


class Connection:
    """A connection on which a query was answered with these pieces."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._rfile = Network(pieces)
        self.statements: list[str] = []
        self.cursors: list[Cursor] = []

    def cursor(self, kind: type) -> Cursor:
        assert kind is SSCursor
        self.cursors.append(Cursor(self))
        return self.cursors[-1]


def read(*pieces: bytes) -> Iterator[Row]:
    return packets.rows(cast(Any, Connection(pieces)), "select 1")


def packet(payload: bytes, number: int = 1) -> bytes:
    """A payload as packets: a full one is continued, if need be by an empty one."""
    parts = [payload[start : start + FULL] for start in range(0, len(payload) + 1, FULL)]
    return b"".join(len(part).to_bytes(3, "little") + bytes([number % 256]) + part for part in parts)


def value(content: bytes | None) -> bytes:
    """A length-encoded string, or NULL."""
    if content is None:
        return b"\xfb"
    size = len(content)
    if size < 0xFB:
        return bytes([size]) + content
    if size < 1 << 16:
        return b"\xfc" + size.to_bytes(2, "little") + content
    if size < 1 << 24:
        return b"\xfd" + size.to_bytes(3, "little") + content
    return b"\xfe" + size.to_bytes(8, "little") + content


def stream(rows: Iterable[Row], end: bytes = EOF) -> bytes:
    return b"".join(packet(b"".join(map(value, row))) for row in rows) + packet(end)


def test_rows_in_one_read() -> None:
    assert list(read(stream(ROWS))) == ROWS


def test_no_row() -> None:
    assert list(read(packet(EOF))) == []


def test_rows_cut_at_every_byte() -> None:
    whole = stream(ROWS)
    for cut in range(1, len(whole)):
        assert list(read(whole[:cut], whole[cut:])) == ROWS


def test_rows_that_come_byte_by_byte() -> None:
    assert list(read(*(bytes([byte]) for byte in stream(ROWS)))) == ROWS


@settings(deadline=None, max_examples=60)
@given(
    rows=st.lists(st.lists(st.none() | st.binary(max_size=400), min_size=1, max_size=5), max_size=6),
    sizes=st.lists(st.integers(1, 500), min_size=1, max_size=50),
)
def test_any_rows_in_any_pieces(rows: list[Row], sizes: list[int]) -> None:
    whole, pieces = stream(rows), []
    for size in sizes:
        pieces.append(whole[:size])
        whole = whole[size:]
    assert list(read(*filter(None, [*pieces, whole]))) == rows


@pytest.mark.parametrize("size", [0, 1, 250, 251, 252, 253, 254, 255, 256, 65535, 65536, 70000])
def test_every_width_of_a_length(size: int) -> None:
    row: Row = [b"a", b"\xfb" * size, None, b"z"]
    assert list(read(stream([row]))) == [row]


@pytest.mark.parametrize(
    "encoded",
    [b"\xfc\x02\x00ab", b"\xfd\x02\x00\x00ab", b"\xfe\x02\x00\x00\x00\x00\x00\x00\x00ab"],
    ids=["2 bytes", "3 bytes", "8 bytes"],
)
def test_a_length_may_be_spelled_wider_than_it_needs(encoded: bytes) -> None:
    assert list(read(packet(b"\x011" + encoded) + packet(EOF))) == [[b"1", b"ab"]]


@pytest.mark.parametrize("surplus", [-1, 0, 1, FULL], ids=lambda number: f"16 MiB - 1 and {number}")
def test_a_payload_that_needs_several_packets(surplus: int) -> None:
    head = 4 if surplus < FULL else 9  # the value's own length: 8 bytes and their mark from 16 MiB on
    row: Row = [b"1", b"\xfe" * (FULL + surplus - head - 2)]
    assert len(b"".join(map(value, row))) == FULL + surplus
    whole = stream([row, [b"2", None]])
    assert list(read(whole)) == [row, [b"2", None]]
    cuts = (1, 3, 4, 5, FULL + 3, FULL + 4, FULL + 5, FULL + 8, len(whole) - 12, len(whole) - 9, len(whole) - 5)
    edges = [0, *sorted({cut for cut in cuts if cut < len(whole)}), len(whole)]
    assert list(read(*(whole[start:end] for start, end in pairwise(edges)))) == [row, [b"2", None]]


def test_a_row_that_begins_as_the_end_does() -> None:
    # 0xFE starts the end-of-rows packet and also the length of a value from 16 MiB on.
    row: Row = [b"\x00" * (1 << 24), b"after"]
    assert list(read(stream([row]))) == [row]


def test_only_a_short_packet_is_the_end() -> None:
    nine = b"\xfe" + b"\x00" * 8  # an empty value, its length in 8 bytes
    assert list(read(packet(nine) + packet(EOF))) == [[b""]]


def test_reading_stops_at_the_end_of_the_rows() -> None:
    rows = read(stream(ROWS), b"never asked for")
    assert list(rows) == ROWS


@pytest.mark.parametrize("code", [1105, 1317, 2013, 3024])
def test_an_error_in_the_middle_of_the_rows(code: int) -> None:
    error = b"\xff" + code.to_bytes(2, "little") + b"#70100something happened"
    rows = read(stream(ROWS, end=error))
    assert [next(rows) for _ in ROWS] == ROWS
    with pytest.raises(pymysql.err.MySQLError) as caught:
        next(rows)
    assert caught.value.args[0] == code


def test_a_lost_connection_at_every_byte() -> None:
    whole = stream(ROWS)
    for cut in range(len(whole)):
        rows: list[Row] = []
        with pytest.raises(pymysql.err.OperationalError) as caught:
            rows.extend(read(whole[:cut]) if cut else read())
        assert caught.value.args[0] == pymysql.constants.CR.CR_SERVER_LOST
        assert rows == ROWS[: len(rows)]
        assert len(rows) < len(ROWS) or cut >= len(whole) - len(EOF) - 4


def test_the_query_is_run_and_the_cursor_has_nothing_left_to_wait_for() -> None:
    connection = Connection([stream(ROWS)])
    rows = packets.rows(cast(Any, connection), "select `id` from `user`")
    assert connection.statements == []
    next(rows)
    assert connection.statements == ["select `id` from `user`"]
    rows.close()  # type: ignore[attr-defined]
    (cursor,) = connection.cursors
    assert cursor.connection is None
    assert cursor._result.connection is None
    assert cursor._result.unbuffered_active is False
