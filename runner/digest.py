"""The digest of a table: one canonical form per cast rule, spelled once per engine.

Each engine computes, in its own SQL over its own rows, for every row a text of all columns, SHA-256 of
that text, and the sum of the hashes' first 60 bits. The sum does not depend on order or chunks; together
with the row count it identifies the table's content.

The row text is `field;field;…`, columns in the baseline's order, and can be taken apart again:

    atom    the value itself: it cannot contain `;` and is never empty (uuid, number, boolean, timestamp)
    sized   octets:value, for character columns with a declared length and enum labels; octets of UTF-8
    hashed  SHA-256 of the value in hex, for unbounded columns: no engine has to build a huge row text
    NULL    an empty field, which none of the others can be

A timestamp is written with microseconds, a uuid in lower case, a boolean as 0 or 1, a number at its
declared scale. `json` is hashed as MySQL prints it. `jsonb` has two forms: the source's text, which
proves the CSV file, and the text Postgres prints for the same value (`runner.duckdb.jsonb`), which proves the
final table. A whiteboard is compared by its bytes: the source's code points against the decoded base64,
both with NUL written as 01 01 and 01 as 01 02, since neither Postgres nor its conversions accept NUL.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

from runner.catalog.names import quote_ansi, quote_mysql
from runner.mapping import MICROSECONDS, ColumnMapping, TableMapping
from runner.rules import Override

Engine = Literal["mysql", "duckdb", "postgres"]
Form = Literal["source", "value"]
ALGORITHM: Literal["sha256/60 sum v1"] = "sha256/60 sum v1"


@dataclass(frozen=True, slots=True)
class _Spelling:
    """How one engine writes the three kinds of field around a canonical value."""

    quote: Callable[[str], str]
    atom: str
    sized: str
    hashed: str
    hashed_bytes: str
    joint: str
    row: str
    prefix: str
    total: str


# Rules of text. The source may store it in any character set: bytes are counted and hashed in one, UTF-8.
_CHARACTERS = frozenset({"uuid", "text", "padded_text", "enum", "json", "jsonb"})

# {v} is the canonical value, {fields} the joined fields, {row} the row text, {h} the 15 hex digits.
_SPELLING: dict[Engine, _Spelling] = {
    "mysql": _Spelling(
        quote=quote_mysql,
        atom="IFNULL({v}, '')",
        sized="IFNULL(CONCAT(LENGTH({v}), ':', {v}), '')",
        hashed="IFNULL(SHA2({v}, 256), '')",
        hashed_bytes="IFNULL(SHA2({v}, 256), '')",
        joint=", ';', ",
        row="CONCAT({fields}, ';')",
        prefix="LEFT(SHA2({row}, 256), 15)",
        total="IFNULL(SUM(CAST(CONV({h}, 16, 10) AS UNSIGNED)), 0)",
    ),
    "duckdb": _Spelling(
        quote=quote_ansi,
        atom="{v}",
        sized="strlen({v}) || ':' || {v}",
        hashed="sha256({v})",
        hashed_bytes="sha256({v})",
        joint=", ';', ",
        row="concat({fields}, ';')",
        prefix="left(sha256({row}), 15)",
        total="coalesce(sum(('0x' || {h})::BIGINT), 0)",
    ),
    # In sessions of UTF-8 a text is sent as the bytes of its UTF-8. Its `concat` would print every argument anew.
    "postgres": _Spelling(
        quote=quote_ansi,
        atom="coalesce({v}, '')",
        sized="coalesce(octet_length({v}) || ':' || {v}, '')",
        hashed="coalesce(encode(sha256(textsend({v})), 'hex'), '')",
        hashed_bytes="coalesce(encode(sha256({v}), 'hex'), '')",
        joint=" || ';' || ",
        row="{fields} || ';'",
        prefix="left(encode(sha256(textsend({row})), 'hex'), 15)",
        total="coalesce(sum(('x' || {h})::bit(60)::bigint), 0)",
    ),
}


def prefix(engine: Engine, columns: Sequence[ColumnMapping], form: Form = "source") -> str:
    """SQL for the first 15 hex digits of one row's hash; joins, filters and grouping are the caller's."""
    return prefix_of_fields(engine, [field(engine, column, form) for column in columns])


def prefix_of_fields(engine: Engine, fields: Sequence[str]) -> str:
    """The same for a row whose fields are spelled already, in the baseline's order."""
    spelling = _SPELLING[engine]
    return spelling.prefix.format(row=spelling.row.format(fields=spelling.joint.join(fields)))


def row_parts(engine: Engine, columns: Sequence[ColumnMapping], apart: Collection[str]) -> list[str]:
    """SQL for the row text in pieces, cut where the fields of the columns `apart` belong, which are not in it."""
    parts: list[list[str]] = [[]]
    for column in columns:
        if column.name in apart:
            parts.append([])
        else:
            parts[-1].append(field(engine, column))
        parts[-1].append("';'")
    return [f"concat({', '.join(part)})" if part else "''" for part in parts]


def of_texts(texts: Iterable[bytes]) -> int:
    """What `total` is in SQL, of row texts at hand."""
    return sum(int.from_bytes(sha256(text).digest()[:8], "big") >> 4 for text in texts)


def total(engine: Engine, columns: Sequence[ColumnMapping], form: Form = "source") -> str:
    """SQL for the sum over all rows of the query; a whole number below 2^60 times the row count."""
    return _SPELLING[engine].total.format(h=prefix(engine, columns, form))


def field(engine: Engine, column: ColumnMapping, form: Form = "source") -> str:
    """SQL for one column's field of the row text."""
    spelling = _SPELLING[engine]
    if engine == "postgres" and column.rule == "json":
        # It sends the very text it holds: two copies less than a cast.
        return spelling.hashed_bytes.format(v=f"json_send({spelling.quote(column.name)})")
    template = {
        "atom": spelling.atom,
        "sized": spelling.sized,
        "hashed": spelling.hashed,
        "hashed_bytes": spelling.hashed_bytes,
    }[_kind(engine, column)]
    return template.format(v=value(engine, column, form))


def is_hashed(column: ColumnMapping) -> bool:
    """Whether the column's field is the hash of its very value, as the file has it."""
    return column.override is None and _kind("duckdb", column) in {"hashed", "hashed_bytes"}


def two_forms(table: TableMapping) -> bool:
    """Whether the table's value form differs from its source form."""
    return any(column.rule == "jsonb" for column in table.columns)


def _kind(engine: Engine, column: ColumnMapping) -> str:
    if column.override and column.override.rule == "whiteboard_base64":
        return "hashed_bytes" if engine == "postgres" else "hashed"
    match column.rule:
        case "uuid" | "integer" | "numeric" | "boolean" | "timestamp":
            return "atom"
        case "bytea":
            return "hashed_bytes"
        case "text" | "padded_text" | "enum" if column.target_type != "text":
            return "sized"
        case _:
            return "hashed"


def value(engine: Engine, column: ColumnMapping, form: Form = "source") -> str:
    """SQL for a column's canonical value, before it becomes a field."""
    name = _SPELLING[engine].quote(column.name)
    if engine == "mysql" and column.rule in _CHARACTERS:
        name = f"CONVERT({name} USING utf8mb4)"
    if column.override:
        name = overridden(engine, name, column.override)
        if column.override.rule == "whiteboard_base64":
            return name
    match engine:
        case "mysql":
            return _mysql(name, column)
        case "duckdb":
            return _duckdb(name, column, form)
        case "postgres":
            return _postgres(name, column)


def overridden(engine: Engine, value: str, override: Override) -> str:
    """SQL for what an override makes of a value; on Postgres the stored value is already what it made."""
    spellings = _OVERRIDDEN[override.rule]
    argument = str(int(override.argument)) if override.argument else ""
    return spellings[engine].replace("{v}", value).replace("{argument}", argument)


def _mysql(name: str, column: ColumnMapping) -> str:
    match column.rule:
        case "uuid":
            return f"LOWER({name})"
        case "timestamp" if column.fraction_digits < MICROSECONDS:
            return f"CAST({name} AS DATETIME(6))"
        case _:
            return name


def _duckdb(name: str, column: ColumnMapping, form: Form) -> str:
    match column.rule:
        case "uuid":
            return f"lower({name})"
        case "timestamp" if not column.fraction_digits:
            return f"({name} || '.000000')"
        case "timestamp" if column.fraction_digits < MICROSECONDS:
            return f"rpad({name}, 26, '0')"
        case "bytea":
            return f"unhex(substr({name}, 3))"
        case "jsonb" if form == "value":
            return f"jsonb_text(encode({name}))"
        case _:
            return name


def _postgres(name: str, column: ColumnMapping) -> str:
    match column.rule:
        case "timestamp":
            # As the session's ISO style prints it, with the zeros it leaves out: to_char takes three times as long.
            return f"({name}::text || substr('.000000', length({name}::text) - 18))"
        case "boolean":
            return f"{name}::integer::text"
        case "bytea":
            return name
        case _:
            return f"{name}::text"


_NO_CHANGE = "{v}"

# A whiteboard's spellings are its canonical form; the other overrides' are the new value itself.
_OVERRIDDEN: dict[str, dict[Engine, str]] = {
    "whiteboard_base64": {
        "mysql": (
            "REPLACE(REPLACE({v}, CHAR(1 USING utf8mb4), CHAR(1, 2 USING utf8mb4)), "
            "CHAR(0 USING utf8mb4), CHAR(1, 1 USING utf8mb4))"
        ),
        "duckdb": "replace(replace({v}, chr(1), chr(1) || chr(2)), chr(0), chr(1) || chr(1))",
        "postgres": (
            r"convert(decode(replace(replace(replace(encode(decode({v}, 'base64'), 'escape'), '\\', '\134'), "
            r"chr(1), chr(1) || chr(2)), '\000', chr(1) || chr(1)), 'escape'), 'LATIN1', 'UTF8')"
        ),
    },
    "null_if_empty": {
        "mysql": "IF(LENGTH({v}) = 0, NULL, {v})",
        "duckdb": "nullif({v}, '')",
        "postgres": _NO_CHANGE,
    },
    "null_if_zero_date": {
        "mysql": "IF(CAST({v} AS CHAR) LIKE '0000-00-00%', NULL, {v})",
        "duckdb": "if({v} LIKE '0000-00-00%', NULL, {v})",
        "postgres": _NO_CHANGE,
    },
    "strip_nul": {
        "mysql": "REPLACE({v}, CHAR(0 USING utf8mb4), '')",
        "duckdb": "replace({v}, chr(0), '')",
        "postgres": _NO_CHANGE,
    },
    "truncate": {
        "mysql": "LEFT({v}, {argument})",
        "duckdb": "left({v}, {argument})",
        "postgres": _NO_CHANGE,
    },
}
