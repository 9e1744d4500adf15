"""Long values on their way out of DuckDB: as results of a query they would be copied twice more, and each copy counts.

A function of Python puts a value on the shelf while DuckDB still works and returns its number, which is the result.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import duckdb

_FUNCTION = "shelved"


@dataclass
class Shelf:
    """The values of one query that were put away and not yet taken, by number."""

    _values: dict[int, bytes] = field(default_factory=dict)
    _count: int = 0

    def put(self, value: bytes) -> int:
        """Keep a value; returns its number."""
        self._count += 1
        self._values[self._count] = value
        return self._count

    def take(self, numbers: Sequence[int | None]) -> list[bytes | None]:
        """The values of these numbers, which the shelf forgets."""
        return [None if number is None else self._values.pop(number) for number in numbers]


@contextmanager
def shelf(engine: duckdb.DuckDBPyConnection) -> Iterator[Shelf]:
    """A shelf for the queries of this engine, one at a time."""
    made = Shelf()
    engine.create_function(_FUNCTION, made.put, ["BLOB"], "BIGINT", side_effects=True)
    try:
        yield made
    finally:
        engine.remove_function(_FUNCTION)


def shelved(expression: str) -> str:
    """SQL for the number of a BLOB that is put on the shelf; NULL stays NULL."""
    return f"{_FUNCTION}({expression})"
