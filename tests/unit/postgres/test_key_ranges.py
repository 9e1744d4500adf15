"""A chunk's range in the words of Postgres holds the very rows that the source's range held, or is none."""

from __future__ import annotations

import pytest

from runner.exports.chunks import Chunk
from runner.mapping import ColumnMapping, TableMapping
from runner.postgres import key_ranges

NAME = 'id\'s "{{ 7 + 7 }}" %s'


def keyed(rule: str) -> TableMapping:
    column = ColumnMapping(NAME, "char(36)", "uuid", rule, False, None)
    return TableMapping(system="odd", name="t", columns=(column,), key=(NAME,))


def told(rule: str, low: str | None, high: str | None) -> str | None:
    found = key_ranges.within(keyed(rule), Chunk("odd", "t", 1, NAME, low, high, 1))
    return found.as_string() if found is not None else None


QUOTED = '"id\'s ""{{ 7 + 7 }}"" %s"'


@pytest.mark.parametrize(
    ("low", "high", "condition"),
    [
        (None, "8", f"{QUOTED} < '80000000000000000000000000000000'"),
        ("f", None, f"{QUOTED} >= 'f0000000000000000000000000000000'"),
        (
            "018f5e2b-1",
            "018f5e2b-2c",
            f"{QUOTED} >= '018f5e2b100000000000000000000000' AND {QUOTED} < '018f5e2b2c0000000000000000000000'",
        ),
    ],
)
def test_prefixes_of_uuids_are_the_smallest_that_begin_so(low: str | None, high: str | None, condition: str) -> None:
    assert told("uuid", low, high) == condition


def test_whole_numbers_are_as_they_are() -> None:
    assert told("integer", "-5", "70") == f"{QUOTED} >= '-5' AND {QUOTED} < '70'"


def test_texts_have_another_order() -> None:
    assert told("text", "a", "b") is None


def test_a_whole_table_is_no_range() -> None:
    assert key_ranges.within(keyed("uuid"), Chunk("odd", "t", 1, None, None, None, 1)) is None
