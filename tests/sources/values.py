"""Hostile values: legal in MySQL and in Postgres, and each one has broken an export somewhere.

They are named, so that a test can say which kinds a source holds. None contains NUL (Postgres text refuses
it) except JSON documents of `NUL_DOCUMENTS`, which only `json` columns accept.
"""

from __future__ import annotations

import json
from decimal import Decimal

TEXTS = {
    "line feed": "first\nsecond\n",
    "carriage return": "first\rsecond",
    "both line ends": "\r\nfirst\r\n\r\n",
    "quotes": """it's "quoted" `so` ''""",
    "one quote": '"',
    "two quotes": '""',
    "separators": 'a,b;c|d\t"e",,',
    "backslashes": r"C:\new\table\\",
    "backslash at the end": "end\\",
    "literal null": r"\N",
    "word null": "NULL",
    "end of copy": "\\.",
    "end of copy on a line": "a\n\\.\nb",
    "hex bytes": r"\x4e554c4c",
    "empty": "",
    "blank": " ",
    "blanks at both ends": "  in between  ",
    "tab": "\tleft\tright\t",
    "emoji": "👩‍👩‍👧‍👦 🏳️‍🌈 👍🏽",
    "last code point": "\U0010ffff\uffff\ufffd",
    "combining": "e\u0301 n\u0303 o\u0308\u0323",
    "right to left": "שלום \u202eمرحبا\u202c",
    "separators of unicode": "a\u0085b\u2028c\u2029d\u00a0e",
    "byte order mark": "\ufeffmark",
    "zero width": "a\u200bb\u00adc\u2060",
    "case folds": "ẞßİıſK Ω",
    "controls": "".join(map(chr, range(0x01, 0x20))),
    "delete": "\x7f\x80\x9f",
    "markup": "<b>&amp;</b><!--",
    "formula": "=1+1",
    "statement": "'; DROP TABLE x; --",
    "placeholders": "%s %d {} ${A} {{ b }}",
    "braces": '{"a": [1, null]}',
    "array": "{a,NULL}",
    "number": "007",
    "boolean": "f",
    "zero date": "0000-00-00 00:00:00",
    "wide": "漢字かな交じり文",
}
"""Kind of text to a value of at most 36 characters."""

DATETIMES = {
    "first": "1000-01-01 00:00:00.000001",
    "last": "9999-12-31 23:59:59.999999",
    "before the epoch": "1969-12-31 23:59:59.500000",
    "leap day": "2024-02-29 12:00:00.100000",
    "hour that summer skips": "2024-03-31 02:30:00.000000",
    "hour that comes twice": "2024-10-27 02:30:00.999999",
    "julian": "1582-10-10 00:00:00.000000",
}
TIMESTAMPS = {
    "first": "1970-01-01 00:00:01",
    "last": "2038-01-19 03:14:07",
    "hour that summer skips": "2024-03-31 02:30:00",
    "hour that comes twice": "2024-10-27 02:30:00",
}
"""TIMESTAMP values in UTC; the session must have its time zone set to it."""

INTEGERS = {"int": (-(2**31), 2**31 - 1, 0, -1), "bigint": (-(2**63), 2**63 - 1, 0, -1)}

BLOBS = {
    "every byte": bytes(range(256)),
    "nothing": b"",
    "zeros": b"\0" * 16,
    "like hex": rb"\x00ff",
    "line ends": b"\r\n\n\r\x1a",
    "long": bytes(range(256)) * 150,
}


def decimals(precision: int, scale: int) -> tuple[Decimal, ...]:
    """The extremes of a decimal type, its smallest step and a negative zero's neighbour."""
    largest = Decimal(10**precision - 1).scaleb(-scale)
    step = Decimal(1).scaleb(-scale)
    return largest, -largest, step, -step, Decimal(0)


def documents(depth: int) -> dict[str, str]:
    """Kind of document to JSON text that every column accepts, `depth` levels deep at most."""
    numbers = "[9223372036854775807, 18446744073709551615, -9223372036854775808, 1e308, 5e-324, 0.1, -0.0, 1.0, 1e2]"
    return {
        "deep": "[" * depth + "]" * depth,
        "numbers": f'{{"limits": {numbers}, "sum": 0.30000000000000004, "digits": 1.7976931348623157e308}}',
        "odd keys": json.dumps(
            {
                "": 1,
                " ": 2,
                '"': 3,
                "\\": 4,
                "\n": 5,
                "é": 6,
                "e\u0301": 7,
                "🔑": 8,
                "a.b[0]": 9,
                "$": 10,
                "A": 11,
                "a": 12,
            },
            ensure_ascii=False,
        ),
        "key order": '{"zz": 1, "b": 2, "aaa": 3, "B": {"z": 1, "aa": 2}}',
        "blanks": '{ "a" :\n\t[ 1 , 2 ,\r\n 3 ] }',
        "escapes": r'{"e": "\"\\\/\b\f\n\r\t\u0001\u001f\u00e9\ud83d\ude00\u2028"}',
        "texts": json.dumps(list(TEXTS.values()), ensure_ascii=False),
        "texts in ascii": json.dumps(TEXTS),
        "nothing": "{}",
        "no element": "[]",
        "null": "null",
        "text": json.dumps("top level, with 'quotes' and \\N"),
        "number": "-12.5",
        "true": "true",
        "like sql": json.dumps({"null": None, "NULL": "NULL", "copy": "\\.", "hex": "\\x00", "a,b": 'c"d'}),
    }


NUL_DOCUMENTS = {"nul": r'{"nul": "a\u0000b", "\u0000": 1}'}
"""Documents that `json` accepts and `jsonb` refuses."""


def longest_text(limit: int) -> str:
    """Text of exactly `limit` bytes of UTF-8 with characters of every width and line breaks."""
    unit = "aé漢🙂\r\n\"'\\,"
    size = len(unit.encode())
    return unit * (limit // size) + "x" * (limit % size)


def megabyte_document() -> str:
    """A JSON document with one text of 1 MiB."""
    return json.dumps({"big": longest_text(2**20)}, ensure_ascii=False)
