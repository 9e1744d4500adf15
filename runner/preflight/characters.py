"""The faults of text in a column whose character set is not utf8mb4.

Such a column may hold bytes that stand for no character, which arrive as '?' or not at all, or UTF-8 that a
client stored under a false name, which arrives as two or three wrong characters each.
"""

from __future__ import annotations

from collections.abc import Iterator

from runner.digest import quote_mysql
from runner.mapping import ColumnMapping
from runner.preflight.spelling import binary
from runner.preflight.subject import Subject

_UNICODE = {"utf8mb4", "utf8mb3", "utf8"}
_SEVERAL_BYTES = {"big5", "cp932", "eucjpms", "euckr", "gb18030", "gb2312", "gbk", "sjis", "ujis"} | {
    "ucs2",
    "utf16",
    "utf16le",
    "utf32",
}


def conditions(subject: Subject, column: ColumnMapping) -> Iterator[tuple[str, str]]:
    """Kinds of fault and their conditions; none for a column that is stored in Unicode's UTF-8."""
    charset = subject.live.charset(subject.mapping.name, column.name)
    if charset is None or charset in _UNICODE:
        return
    name = quote_mysql(column.name)
    yield "invalid_utf8", _does_not_convert(name, charset)
    if charset not in _SEVERAL_BYTES:
        yield "mislabelled_text", _reads_as_utf8(name)


def _does_not_convert(name: str, charset: str) -> str:
    converted = f"CONVERT({name} USING utf8mb4)"
    # Some character sets spell one character in two ways, so a lossy way back alone proves nothing.
    replaced = f"{converted} LIKE '%?%' AND NOT ({binary(f'CONVERT({converted} USING {charset})')} <=> {binary(name)})"
    shortened = f"NOT (CHAR_LENGTH({converted}) <=> CHAR_LENGTH({name}))"
    surrogates = f"NOT ({_read_again(binary(converted))} <=> {binary(converted)})"
    return f"{name} IS NOT NULL AND ({shortened} OR ({replaced}) OR {surrogates})"


def _reads_as_utf8(name: str) -> str:
    more_than_ascii = f"LENGTH({name}) <> CHAR_LENGTH(CONVERT({binary(name)} USING utf8mb4))"
    return f"{more_than_ascii} AND {_read_again(binary(name))} = {binary(name)}"


def _read_again(octets: str) -> str:
    """The bytes as UTF-8: NULL, shortened or with '?' where they are not, depending on the server."""
    return binary(f"CONVERT({octets} USING utf8mb4)")
