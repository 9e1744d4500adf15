"""The row text and the digest that `runner.digest` documents, in plain Python and `hashlib`.

A value is given as the bytes the source sends. `None` is NULL.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from typing import Literal

from runner.mapping import ColumnMapping

Kind = Literal["atom", "sized", "hashed"]
Row = Sequence[bytes | None]

ATOMS = frozenset({"uuid", "integer", "numeric", "boolean", "timestamp"})
HASHED = frozenset({"bytea", "json", "jsonb"})


def kind(column: ColumnMapping) -> Kind:
    """How the value is wrapped: by its rule, and text by whether its type is Postgres's unbounded `text`."""
    if column.rule in ATOMS:
        return "atom"
    return "hashed" if column.rule in HASHED or column.target_type == "text" else "sized"


def canonical(column: ColumnMapping, value: bytes | None) -> bytes | None:
    """The value in the source's canonical form, after the column's override."""
    if value is not None and column.override:
        value = OVERRIDES[column.override.rule](value, column.override.argument)
    if value is None:
        return None
    if column.rule == "uuid":
        return value.lower()
    if column.rule == "timestamp":
        return value if b"." in value else value + b".000000"
    return value


def wrapped(how: Kind, value: bytes | None) -> bytes:
    """The field of a canonical value."""
    if value is None:
        return b""
    if how == "sized":
        return b"%d:%s" % (len(value), value)
    return value if how == "atom" else hashlib.sha256(value).hexdigest().encode()


def text(columns: Sequence[ColumnMapping], row: Row) -> bytes:
    """The row text: every field, each ended by a semicolon."""
    return b"".join(
        wrapped(kind(column), canonical(column, value)) + b";" for column, value in zip(columns, row, strict=True)
    )


def prefix(columns: Sequence[ColumnMapping], row: Row) -> str:
    """The first 15 hex digits of the row text's SHA-256."""
    return hashlib.sha256(text(columns, row)).hexdigest()[:15]


def total(columns: Sequence[ColumnMapping], rows: Iterable[Row]) -> int:
    """The digest of rows."""
    return sum(int(prefix(columns, row), 16) for row in rows)


def taken_apart(kinds: Sequence[Kind], row_text: bytes) -> list[bytes]:
    """The fields of a row text, found again without knowing the values; ValueError when it is no row text."""
    fields = []
    for how in kinds:
        end = row_text.index(b";")
        if how == "sized" and end:
            size, _, rest = row_text.partition(b":")
            end = len(row_text) - len(rest) + int(size)
        fields.append(row_text[:end])
        if row_text[end : end + 1] != b";":
            raise ValueError("a field does not end where it must")
        row_text = row_text[end + 1 :]
    if row_text:
        raise ValueError("the row text goes on after its last field")
    return fields


def _whiteboard(value: bytes, _argument: str) -> bytes:
    return value.replace(b"\x01", b"\x01\x02").replace(b"\x00", b"\x01\x01")


OVERRIDES: dict[str, Callable[[bytes, str], bytes | None]] = {
    "whiteboard_base64": _whiteboard,
    "null_if_empty": lambda value, _argument: value or None,
    "null_if_zero_date": lambda value, _argument: None if value.startswith(b"0000-00-00") else value,
    "strip_nul": lambda value, _argument: value.replace(b"\x00", b""),
    "truncate": lambda value, argument: value.decode()[: int(argument)].encode(),
}
