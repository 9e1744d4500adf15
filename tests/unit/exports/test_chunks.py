"""Chunks: however the statistics lie, every row is in exactly one range."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runner.catalog.model import Column, Key, Table
from runner.exports.chunks import TARGET_BYTES, Chunk, plan
from tests.corpus.tables import column, table

UUIDS = table(column("id", "char(36)", "uuid", nullable=False))
MIB = 1 << 20


def of_catalog(key_type: str | None, *more: str) -> Table:
    columns = (Column("id", key_type or "text", False), *(Column(name, "int", False) for name in more))
    key = Key(None, ("id", *more)) if key_type else None
    return Table("t", columns, key, (), (), (), ())


EVENLY = {f"{number:03x}": 100 for number in range(4096)}
"""Rows that begin so, as random uuids do."""


class Statistics:
    """A server that knows a size and how many rows begin how, and has no rows to read."""

    def __init__(
        self, size: int | None, estimates: Mapping[str, int] | None = None, numbers: tuple[Any, Any] = (0, 0)
    ) -> None:
        self.size, self.estimates, self.numbers = size, estimates or {}, numbers
        self.statements: list[str] = []
        self.rows: list[Any] = []

    def cursor(self, kind: type | None = None) -> Statistics:
        del kind
        return self

    def __enter__(self) -> Statistics:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def execute(self, statement: str, parameters: object = None) -> None:
        del parameters
        self.statements.append(statement)
        if "DATA_LENGTH" in statement:
            self.rows = [(self.size,)]
        elif statement.startswith("EXPLAIN"):
            low, high = re.findall(r"'([^']+)'", statement)
            rows = sum(rows for begin, rows in self.estimates.items() if low <= begin < high)
            # Of a range without rows MySQL says one, or that there is nothing to read.
            self.rows = [{"rows": rows or None}]
        else:
            self.rows = [self.numbers]

    def fetchall(self) -> list[Any]:
        return self.rows


def planned(statistics: Statistics, key_type: str | None = "char(36)") -> list[Chunk]:
    return plan(cast(Any, statistics), "d", of_catalog(key_type), UUIDS)


def holds(chunk: Chunk, key: str | int) -> bool:
    """The chunk's condition, for keys whose order in Python is the server's."""
    low, high = (type(key)(bound) if bound is not None else None for bound in (chunk.low, chunk.high))
    return (low is None or low <= key) and (high is None or key < high)  # type: ignore[operator]


@pytest.mark.parametrize("size", [0, None, 1, TARGET_BYTES, TARGET_BYTES * 3 // 2])
def test_a_small_table_is_one_chunk(size: int | None) -> None:
    statistics = Statistics(size, EVENLY)
    (chunk,) = planned(statistics)
    assert (chunk.number, chunk.column, chunk.low, chunk.high, chunk.condition) == (1, None, None, None, "TRUE")
    assert chunk.path == "t/0001.csv"
    assert len(statistics.statements) == 1


@pytest.mark.parametrize("key_type", [None, "datetime(6)", "decimal(3,1)", "blob", "timestamp"])
def test_a_table_without_a_key_to_cut_is_one_chunk(key_type: str | None) -> None:
    (chunk,) = planned(Statistics(1000 * MIB, EVENLY, (1, 1000)), key_type)
    assert chunk.condition == "TRUE"
    assert chunk.estimated_bytes == 1000 * MIB


def test_uuids_spread_evenly() -> None:
    found = planned(Statistics(4 * TARGET_BYTES, EVENLY))
    assert [(chunk.low, chunk.high) for chunk in found] == [(None, "4"), ("4", "8"), ("8", "c"), ("c", None)]
    assert [chunk.condition for chunk in found] == [
        "`id` < '4'",
        "`id` >= '4' AND `id` < '8'",
        "`id` >= '8' AND `id` < 'c'",
        "`id` >= 'c'",
    ]
    assert [chunk.path for chunk in found] == [f"t/000{number}.csv" for number in (1, 2, 3, 4)]
    assert {chunk.estimated_bytes for chunk in found} == {TARGET_BYTES}


@pytest.mark.parametrize("wanted", [2, 5, 16, 40, 200])
def test_as_many_chunks_as_the_size_asks_for(wanted: int) -> None:
    statistics = Statistics(wanted * TARGET_BYTES, EVENLY)
    found = planned(statistics)
    assert wanted / 2 < len(found) <= wanted
    assert max(held(EVENLY, found)) <= 2 * 4096 * 100 / wanted
    # No more is asked than it takes: a plan of hundreds of tables is made while the application stands still.
    assert len(statistics.statements) <= 1 + 16 + 16 * 16


# The 12 digits of milliseconds of half a year, and what comes after them.
TIMES = {f"{when >> 16:08x}-{when & 0xFFFF:04x}-7": 10 for when in range(0x018F5E2B1C3D, 0x0193FFFFFFFF, 6_000_000)}


def test_uuids_that_begin_with_a_time() -> None:
    statistics = Statistics(100 * TARGET_BYTES, TIMES)
    found = planned(statistics)
    assert 50 < len(found) <= 100
    assert max(held(TIMES, found)) <= 2 * sum(TIMES.values()) / 100
    assert len(statistics.statements) < 16 * 100


def test_uuids_of_one_second() -> None:
    one = {f"018f5e2b-1c{number:02x}-7": 1000 for number in range(256)}
    found = planned(Statistics(4 * TARGET_BYTES, one))
    assert [chunk.low for chunk in found] == [None, "018f5e2b-1c4", "018f5e2b-1c8", "018f5e2b-1cc"]


@pytest.mark.parametrize("heap", ["7f", "018f5e2b-1c3d-7", "018f5e2b1c3d7000"])
def test_uuids_in_one_heap(heap: str) -> None:
    statistics = Statistics(1000 * MIB, {heap: 100_000})
    found = planned(statistics)
    assert sum(holds(chunk, f"{heap}000000") for chunk in found) == 1
    assert sorted(held({heap: 1}, found))[-1] == 1
    assert len(statistics.statements) < 300


def held(rows: Mapping[str, int], found: list[Chunk]) -> list[int]:
    """How many of the rows each chunk has."""
    return [sum(number for key, number in rows.items() if holds(chunk, key)) for chunk in found]


@pytest.mark.parametrize(("wanted", "parts"), [(2, 2), (3, 3), (4, 4), (16, 16), (200, 16)])
def test_no_estimate_at_all(wanted: int, parts: int) -> None:
    statistics = Statistics(wanted * TARGET_BYTES)
    found = planned(statistics)
    assert len(found) == parts
    assert len(statistics.statements) == 1 + 16
    for key in ("", "00", "0a", "ff", "FF", "zz", "G"):
        assert sum(holds(chunk, key) for chunk in found) == 1


@pytest.mark.parametrize("numbers", [(None, None), (5, 5), (1, 3), (-(2**63), 2**63 - 1), (0, 10**6)])
def test_whole_numbers(numbers: tuple[Any, Any]) -> None:
    found = planned(Statistics(640 * MIB, numbers=numbers), "bigint")
    assert found[0].low is None
    assert found[-1].high is None
    if numbers[0] is None:
        assert len(found) == 1
        return
    for key in {numbers[0], numbers[0] + 1, sum(numbers) // 2, numbers[1] - 1, numbers[1]}:
        assert sum(holds(chunk, key) for chunk in found) == 1


def test_whole_numbers_are_cut_evenly() -> None:
    found = planned(Statistics(4 * TARGET_BYTES, numbers=(0, 400)), "int")
    assert [(chunk.low, chunk.high) for chunk in found] == [
        (None, "100"),
        ("100", "200"),
        ("200", "300"),
        ("300", None),
    ]


def test_identifiers_are_quoted() -> None:
    assert Chunk("toy", "t", 1, "a`b", "00", None, 0).condition == "`a``b` >= '00'"


def test_the_first_column_of_the_key_is_cut() -> None:
    found = plan(cast(Any, Statistics(4 * TARGET_BYTES, EVENLY)), "d", of_catalog("char(36)", "second"), UUIDS)
    assert {chunk.column for chunk in found} == {"id"}


@settings(deadline=None, max_examples=50)
@given(
    estimates=st.dictionaries(st.uuids().map(lambda one: str(one)[:14]), st.integers(0, 10**6), max_size=256),
    size=st.integers(0, 20_000 * MIB),
    keys=st.lists(st.uuids().map(str), max_size=20),
)
def test_every_uuid_is_in_one_range(estimates: dict[str, int], size: int, keys: list[str]) -> None:
    found = planned(Statistics(size, estimates))
    assert [chunk.number for chunk in found] == list(range(1, len(found) + 1))
    assert [chunk.low for chunk in found][1:] == [chunk.high for chunk in found][:-1]
    bounds = [chunk.low for chunk in found][1:]
    assert bounds == sorted(set(bounds), key=str)
    for key in (*keys, *estimates):
        assert sum(holds(chunk, key) for chunk in found) == 1


@settings(deadline=None, max_examples=50)
@given(
    ends=st.tuples(st.integers(-(2**63), 2**63 - 1), st.integers(-(2**63), 2**63 - 1)).map(sorted),
    size=st.integers(97 * MIB, 20_000 * MIB),
    data=st.data(),
)
def test_every_number_is_in_one_range(ends: list[int], size: int, data: st.DataObject) -> None:
    found = planned(Statistics(size, numbers=(ends[0], ends[1])), "bigint")
    for key in data.draw(st.lists(st.integers(ends[0], ends[1]), max_size=20)):
        assert sum(holds(chunk, key) for chunk in found) == 1
