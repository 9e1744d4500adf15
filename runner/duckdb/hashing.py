"""The digest of records in the source's form, hashed beside DuckDB.

The hash of every value and row is half of what a scan would cost DuckDB, whose SHA-256 is plain C. OpenSSL uses the
processor's own instructions: long values, which the tuples hold anyway, and rows are hashed by it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from runner import digest
from runner.duckdb import tuples
from runner.mapping import TableMapping

Column = Sequence[bytes | None]


@dataclass(frozen=True)
class Hashing:
    """The BLOB expressions to select, and the places among a tuple's expressions of the values between them."""

    expressions: tuple[str, ...]
    places: tuple[int, ...]

    @classmethod
    def of(cls, mapping: TableMapping) -> Hashing:
        """How the records of a table are hashed."""
        places = tuples.contents(mapping.columns)
        hashed = [column.name for column in mapping.columns if digest.is_hashed(column) and column.name in places]
        pieces = digest.row_parts("duckdb", mapping.columns, hashed)
        return cls(tuple(f"encode({piece})" for piece in pieces), tuple(places[name] for name in hashed))

    def digest(self, pieces: Sequence[Column], tuple_columns: Sequence[Column]) -> int:
        """The digest of a batch of records, column by column as DuckDB handed it out."""
        parts = [pieces[0]]
        for place, piece in zip(self.places, pieces[1:], strict=True):
            parts += [[_field(value) for value in tuple_columns[place]], piece]
        return digest.of_texts(map(b"".join, zip(*parts, strict=True)))


def _field(value: bytes | None) -> bytes:
    return b"" if value is None else sha256(value).hexdigest().encode()
