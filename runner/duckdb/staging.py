"""SQL for DuckDB: reading a CSV file as it was written, and trying every cast of the baseline.

Pure text. DuckDB sniffs nothing: columns, quoting, NULL and line ends are all given. Every column is read
as text; a value is legal when the baseline's type takes it and prints it back as it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from runner import digest, manifest
from runner.catalog.names import quote_ansi
from runner.mapping import MICROSECONDS, ColumnMapping, TableMapping

_DEFAULT_LINE = 1_000_000
# DuckDB's JSON has commas before closing brackets and numbers that are none. Four searches, each for one byte first,
# cost half of what one would. A string may hold the same characters: what matches is looked at again.
_NO_NUMBER = r"-?(?:[nN][aA][nN]|[iI][nN][fF](?:[iI][nN][iI][tT][yY])?)\s*(?:[,\]}]|$)"
_NO_JSON = (rf",\s*(?:[\]}}]|{_NO_NUMBER})", rf":\s*{_NO_NUMBER}", rf"\[\s*{_NO_NUMBER}", rf"^\s*{_NO_NUMBER}")

_OF_JSON = ("not_json", "nul_in_text")

DUCKDB_TYPES = {
    "uuid": "UUID",
    "timestamp": "TIMESTAMP",
    "boolean": "BOOLEAN",
    "json": "JSON",
    "jsonb": "JSON",
    "bytea": "BLOB",
}


def read_files(folder: Path, files: Sequence[manifest.File], columns: Sequence[str]) -> str:
    """A relation of the files of one table, every column VARCHAR; those of an earlier run may be quoted otherwise."""
    longest = max(file.longest_line for file in files)
    read = [
        read_csv([folder / file.path for file in files if file.quote == quote], columns, longest, quote)
        for quote in sorted({file.quote for file in files})
    ]
    return read[0] if len(read) == 1 else f"({' UNION ALL '.join(f'SELECT * FROM {one}' for one in read)})"


def read_csv(paths: Sequence[Path], columns: Sequence[str], longest_line: int, quote: manifest.Quote = '"') -> str:
    """A table function over files that are quoted alike, every column VARCHAR."""
    files = ", ".join(_text(str(path)) for path in paths)
    types = ", ".join(f"{_text(name)}: 'VARCHAR'" for name in columns)
    line = max(_DEFAULT_LINE, longest_line + 16)
    return (
        f"read_csv([{files}], auto_detect = false, header = false, columns = {{{types}}}, delim = ',', "
        f"quote = {_text(quote)}, escape = {_text(quote)}, nullstr = '', allow_quoted_nulls = false, new_line = '\\n', "
        f"strict_mode = true, null_padding = false, max_line_size = {line}, buffer_size = {2 * line})"
    )


def rejected(column: ColumnMapping) -> list[tuple[str, str]]:
    """The faults a value of this column can have, as far as none is accepted: (kind, condition for a faulty row)."""
    accepted = {one.kind for one in column.accepted}
    return [(kind, condition) for kind, condition in _faults(column) if kind not in accepted]


def tried(column: ColumnMapping) -> list[tuple[str, str]]:
    """Of `rejected` what DuckDB has to try on every row: Postgres parses each JSON text anyway, and refuses it then."""
    faults = rejected(column)
    if column.rule == "json" and not column.override:
        return [fault for fault in faults if fault[0] not in _OF_JSON]
    return faults


def changes(table: TableMapping) -> list[tuple[str, str, str]]:
    """What is counted of each row: (rule, column, condition for a row that the rule changes or lets pass)."""
    found = []
    for column in table.columns:
        if change := touched(column):
            found.append((change[0], column.name, change[1]))
        accepted = {one.kind for one in column.accepted}
        found += [(kind, column.name, condition) for kind, condition in _faults(column) if kind in accepted]
    return found


def _faults(column: ColumnMapping) -> list[tuple[str, str]]:
    name = quote_ansi(column.name)
    value = digest.overridden("duckdb", name, column.override) if _replaced(column) and column.override else name
    faults = [] if column.nullable else [("null_in_not_null", f"{value} IS NULL")]
    faults += [(kind, f"{value} IS NOT NULL AND ({legal}) IS NOT TRUE") for kind, legal in _legal(column, value)]
    return faults


def touched(column: ColumnMapping) -> tuple[str, str] | None:
    """The rule that changes values of this column and the condition for a row it touches."""
    name = quote_ansi(column.name)
    if column.override:
        if column.override.rule == "whiteboard_base64":
            return column.override.rule, f"{name} <> ''"
        changed = digest.overridden("duckdb", name, column.override)
        return column.override.rule, f"{changed} IS DISTINCT FROM {name}"
    if column.rule == "uuid":
        return "uuid", f"{name} <> lower({name})"
    if column.rule == "jsonb":
        return "jsonb", f"{name} <> jsonb_text(encode({name}))"
    return None


def loaded(column: ColumnMapping) -> str:
    """The text that goes to Postgres for this column."""
    name = quote_ansi(column.name)
    if not column.override:
        return name
    if column.override.rule == "whiteboard_base64":
        return f"whiteboard_base64(encode({name}))"
    return digest.overridden("duckdb", name, column.override)


def typed(table: TableMapping) -> str:
    """A select list that casts every column, for the views of `staging.duckdb`."""
    return ", ".join(
        f"{_cast(column, quote_ansi(column.name))} AS {quote_ansi(column.name)}" for column in table.columns
    )


def _cast(column: ColumnMapping, name: str) -> str:
    if column.rule == "bytea":
        return f"unhex(substr({name}, 3))"
    return f"CAST({name} AS {_duckdb_type(column)})"


def _duckdb_type(column: ColumnMapping) -> str:
    match column.rule:
        case "integer" | "numeric":
            return column.target_type.upper()
        case rule:
            return DUCKDB_TYPES.get(rule, "VARCHAR")


def _legal(column: ColumnMapping, value: str) -> list[tuple[str, str]]:
    length = [("too_long", f"length({value}) <= {column.length}")] if column.length else []
    no_nul = [("nul_in_text", f"NOT contains({value}, chr(0))")]
    match column.rule:
        case _ if column.override and column.override.rule == "whiteboard_base64":
            return [
                ("not_bytes", f"whiteboard_base64(encode({value})) IS NOT NULL"),
                ("not_a_whiteboard", f"is_whiteboard(encode({value})) OR whiteboard_base64(encode({value})) IS NULL"),
            ]
        case "uuid":
            return [("not_a_uuid", f"CAST(TRY_CAST({value} AS UUID) AS VARCHAR) = lower({value})")]
        case "integer" | "numeric":
            kind = _duckdb_type(column)
            return [("not_a_number_of_its_type", f"CAST(TRY_CAST({value} AS {kind}) AS VARCHAR) = {value}")]
        case "boolean":
            return [("not_a_boolean", f"{value} IN ('0', '1')")]
        case "timestamp":
            return [("not_a_timestamp", _timestamp(column, value))]
        case "json":
            suspect = " OR ".join(f"regexp_matches({value}, {_text(pattern)})" for pattern in _NO_JSON)
            surely = f"json_valid({value}) AND NOT ({suspect})"
            return [("not_json", f"CASE WHEN {surely} THEN true ELSE is_json(encode({value})) END"), *no_nul]
        case "jsonb":
            return [("not_jsonb", f"jsonb_text(encode({value})) IS NOT NULL")]
        case "bytea":
            return [("not_hex", f"regexp_full_match({value}, '\\\\x([0-9a-f]{{2}})*')")]
        case "enum":
            labels = ", ".join(_text(label) for label in column.labels)
            return [("unknown_label", f"{value} IN ({labels})")]
        case "padded_text":
            # Postgres would take the blanks for padding, and not print them.
            return [*length, ("trailing_blank", f"NOT suffix({value}, ' ')"), *no_nul]
        case _:
            return length + no_nul


def _timestamp(column: ColumnMapping, value: str) -> str:
    """Printed back as it was: DuckDB also takes other spellings, 24 o'clock, and the year 0, which is none."""
    digits = column.fraction_digits
    printed = f"strftime(TRY_CAST({value} AS TIMESTAMP), '%Y-%m-%d %H:%M:%S{'.%f' if digits else ''}')"
    if 0 < digits < MICROSECONDS:
        printed = f"left({printed}, {20 + digits})"
    return f"{printed} = {value} AND {value} BETWEEN '0001' AND '9999-12-31 24'"


def _replaced(column: ColumnMapping) -> bool:
    return column.override is not None and column.override.rule != "whiteboard_base64"


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
