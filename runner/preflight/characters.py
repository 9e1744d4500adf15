"""The faults of text as characters: U+0000, bytes that are no character, and bytes under a false name.

A column that is not utf8mb4 may hold bytes that stand for no character, which arrive as '?' or not at all, or
UTF-8 that a client stored under a false name, which arrives as two or three wrong characters each. In a utf8mb4
column MySQL lets no wrong byte pass; MariaDB takes the halves of surrogate pairs for characters.
"""

from __future__ import annotations

from collections.abc import Iterator

from runner.catalog.names import quote_mysql
from runner.mapping import ColumnMapping
from runner.preflight.spelling import binary, pattern
from runner.preflight.subject import Subject

_NUL = r"\x00"
_UTF8 = {"utf8mb4", "utf8mb3", "utf8"}
_SEVERAL_BYTES = {"big5", "cp932", "eucjpms", "euckr", "gb18030", "gb2312", "gbk", "sjis", "ujis"} | {
    "ucs2",
    "utf16",
    "utf16le",
    "utf32",
}


def is_converted(charset: str | None) -> bool:
    """Whether the source makes other bytes of what a column of this character set holds when it sends it."""
    return charset is not None and charset not in _UTF8


def conditions(subject: Subject, column: ColumnMapping) -> Iterator[tuple[str, str]]:
    """Kinds of fault a text can have, whatever its length, and their conditions."""
    charset = subject.live.charset(subject.mapping.name, column.name)
    value = subject.value(column)
    mariadb = subject.live.kind == "mariadb"
    # Each server's fastest search for a byte; neither may compare with the collation, which ignores U+0000.
    yield "nul_in_text", f"{value} REGEXP {pattern(_NUL)}" if mariadb else f"LOCATE(X'00', {binary(value)}) > 0"
    wrong = [_replaced(column, charset)] if charset and is_converted(charset) else []
    if mariadb:
        # An expression that matches any text matches nothing in bytes that are not UTF-8.
        wrong.append(f"NOT ({subject.stored(column)} REGEXP '^')")
    if wrong:
        yield "invalid_utf8", " OR ".join(f"({condition})" for condition in wrong)
    if charset and charset not in _UTF8 | _SEVERAL_BYTES:
        yield "mislabelled_text", _reads_as_utf8(column)


def _replaced(column: ColumnMapping, charset: str) -> str:
    name = quote_mysql(column.name)
    converted = f"CONVERT({name} USING utf8mb4)"
    # MySQL cuts the text at such a byte, or makes it NULL, as the session's sql_mode says.
    shortened = f"COALESCE(CHAR_LENGTH({converted}), -1) <> CHAR_LENGTH({name})"
    # Some character sets spell one character in two ways, so a different way back alone proves nothing.
    back = binary(f"CONVERT({converted} USING {charset})")
    return f"{shortened} OR ({converted} LIKE '%?%' AND NOT ({back} <=> {binary(name)}))"


def _reads_as_utf8(column: ColumnMapping) -> str:
    name = quote_mysql(column.name)
    # NULL, shortened or with '?' where the bytes are not UTF-8, depending on the server.
    read = f"CONVERT({binary(name)} USING utf8mb4)"
    return f"LENGTH({name}) <> CHAR_LENGTH({read}) AND {binary(read)} = {binary(name)}"
