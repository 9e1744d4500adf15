"""Chunks: however the statistics lie, every row is in exactly one range."""

from __future__ import annotations

import re
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runner.catalog.model import Column, Key, Table
from runner.exports import chunks
from runner.exports.chunks import TARGET_BYTES, Chunk, plan
from tests.corpus.tables import column, table

UUIDS = table(column("id", "char(36)", "uuid", nullable=False))
MIB = 1 << 20


def of_catalog(key_type: str | None, *more: str) -> Table:
    columns = (Column("id", key_type or "text", False), *(Column(name, "int", False) for name in more))
    key = Key(None, ("id", *more)) if key_type else None
    return Table("t", columns, key, (), (), (), ())


class Statistics:
    """A server that knows sizes and estimates, and has no rows to read."""

    def __init__(
        self, size: int | None, estimates: dict[str, int] | int = 0, numbers: tuple[Any, Any] = (0, 0)
    ) -> None:
        self.size, self.estimates, self.numbers = size, estimates, numbers
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
            low = re.search(r">= '(..)'", statement)
            known = self.estimates if isinstance(self.estimates, dict) else {}
            default = self.estimates if isinstance(self.estimates, int) else 0
            self.rows = [{"rows": known.get(low[1], default) if low else None}]
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
    statistics = Statistics(size, 100)
    (chunk,) = planned(statistics)
    assert (chunk.number, chunk.column, chunk.low, chunk.high, chunk.condition) == (1, None, None, None, "TRUE")
    assert chunk.path == "t/0001.csv"
    assert len(statistics.statements) == 1


@pytest.mark.parametrize("key_type", [None, "datetime(6)", "decimal(3,1)", "blob", "timestamp"])
def test_a_table_without_a_key_to_cut_is_one_chunk(key_type: str | None) -> None:
    (chunk,) = planned(Statistics(1000 * MIB, 100, (1, 1000)), key_type)
    assert chunk.condition == "TRUE"
    assert chunk.estimated_bytes == 1000 * MIB


def test_uuids_spread_evenly() -> None:
    found = planned(Statistics(4 * TARGET_BYTES, 100))
    assert [(chunk.low, chunk.high) for chunk in found] == [(None, "40"), ("40", "80"), ("80", "c0"), ("c0", None)]
    assert [chunk.condition for chunk in found] == [
        "`id` < '40'",
        "`id` >= '40' AND `id` < '80'",
        "`id` >= '80' AND `id` < 'c0'",
        "`id` >= 'c0'",
    ]
    assert [chunk.path for chunk in found] == [f"t/000{number}.csv" for number in (1, 2, 3, 4)]
    assert {chunk.estimated_bytes for chunk in found} == {TARGET_BYTES}


def test_uuids_in_one_heap() -> None:
    found = planned(Statistics(1000 * MIB, {"7f": 100_000}))
    assert [(chunk.low, chunk.high) for chunk in found][-1] == ("80", None)
    assert sum(holds(chunk, "7f000000") for chunk in found) == 1


def test_no_estimate_at_all() -> None:
    found = planned(Statistics(4 * TARGET_BYTES, 0))
    assert [chunk.low for chunk in found] == [None, "40", "80", "c0"]
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
    found = plan(cast(Any, Statistics(4 * TARGET_BYTES, 100)), "d", of_catalog("char(36)", "second"), UUIDS)
    assert {chunk.column for chunk in found} == {"id"}


@settings(deadline=None, max_examples=50)
@given(
    estimates=st.dictionaries(st.sampled_from(chunks._PREFIXES), st.integers(0, 10**6), max_size=256),
    size=st.integers(0, 20_000 * MIB),
    keys=st.lists(st.uuids().map(str), max_size=20),
)
def test_every_uuid_is_in_one_range(estimates: dict[str, int], size: int, keys: list[str]) -> None:
    found = planned(Statistics(size, estimates))
    assert [chunk.number for chunk in found] == list(range(1, len(found) + 1))
    assert [chunk.low for chunk in found][1:] == [chunk.high for chunk in found][:-1]
    bounds = [chunk.low for chunk in found][1:]
    assert bounds == sorted(set(bounds), key=str)
    for key in keys:
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
