"""Columns of every kind with values that staging must take, and values it must refuse with the kind of their fault."""

from __future__ import annotations

import zlib

from tests.corpus.tables import column, override

TIMESTAMP = "timestamp without time zone"
BOARD = "".join(map(chr, zlib.compress(b"board")))
UUID = "0195a3b0-0000-7000-8000-00000000000a"

COLUMNS = {
    "uuid": column("c", "char(36)", "uuid"),
    "integer": column("c", "int", "integer"),
    "bigint": column("c", "bigint", "bigint"),
    "numeric": column("c", "decimal(3,1)", "numeric(3,1)"),
    "boolean": column("c", "tinyint", "boolean"),
    "microseconds": column("c", "datetime(6)", TIMESTAMP),
    "seconds": column("c", "timestamp", TIMESTAMP),
    "short text": column("c", "varchar(3)", "character varying(3)"),
    "padded text": column("c", "char(3)", "character(3)"),
    "text": column("c", "longtext", "text"),
    "json": column("c", "json", "json"),
    "jsonb": column("c", "json", "jsonb"),
    "bytea": column("c", "blob", "bytea"),
    "enum": column("c", "enum('a','b''c')", "kind", labels=("a", "b'c")),
    "whiteboard": column("c", "longtext", "text", override=override("c", "whiteboard_base64")),
    "odd name": column('a "b', "int", "integer"),
}

LEGAL = {
    "uuid": [UUID, UUID.upper(), "00000000-0000-0000-0000-000000000000"],
    "integer": ["0", "1", "-1", "2147483647", "-2147483648"],
    "bigint": ["9223372036854775807", "-9223372036854775808"],
    "numeric": ["0.0", "1.0", "-1.5", "99.9", "-99.9"],
    "boolean": ["0", "1"],
    "microseconds": ["2020-02-29 23:59:59.999999", "0001-01-01 00:00:00.000000", "9999-12-31 23:59:59.000001"],
    "seconds": ["2020-02-29 23:59:59", "1970-01-01 00:00:01"],
    "short text": ["", "abc", "   ", "\r\n", "é😀a", "e\u0301a", "\u202e", "'\";"],
    "padded text": ["", "a", "abc"],
    "text": ["", "x" * 10_000, "\x01\x7f\ufeff", "\\.", "NULL"],
    "json": [
        "null",
        '{"a": 1}',
        '{"a":1,"a":2}',
        r'"\u0000"',
        "1e308",
        "[" * 100 + "]" * 100,
        " 1 ",
        r'"\ud800"',
        "1e999999",
        '"a, nan]"',
        '[", inf]", "x: -Infinity, "]',
        '{"nan": "NaN"}',
        "[\n1\t,\r2 ]",
    ],
    "jsonb": ["null", '{"a": 1}', '{"a":1,"a":2}', "1e308", "[" * 100 + "]" * 100, " 1 "],
    "bytea": ["\\x", "\\x00ff", "\\x" + "5c78" * 1000],
    "enum": ["a", "b'c"],
    "whiteboard": ["", BOARD],
    "odd name": ["1"],
}

REFUSED = {
    "uuid": [
        ("not_a_uuid", value)
        for value in ("", UUID[:-1], UUID + " ", " " + UUID, UUID[:-1] + "g", UUID.replace("-", ""), f"{{{UUID}}}")
    ]
    + [("not_a_uuid", UUID[:-1] + "\u212a"), ("not_a_uuid", UUID + "\0")],
    "integer": [
        ("not_a_number_of_its_type", value)
        for value in ("", "-0", "+1", "007", "2147483648", "1.0", "1e3", " 1", "1\n", "0x1", "1_000", "٣", "one")
    ],
    "bigint": [("not_a_number_of_its_type", "9223372036854775808")],
    "numeric": [
        ("not_a_number_of_its_type", value) for value in ("", "1", "1.25", "100.0", ".5", "-0.0", "1e1", "NaN")
    ],
    "boolean": [("not_a_boolean", value) for value in ("", "2", "-1", "true", "t", "00", "\1")],
    "microseconds": [
        ("not_a_timestamp", value)
        for value in (
            "",
            "0000-00-00 00:00:00.000000",
            "2020-00-10 00:00:00.000000",
            "2020-02-30 00:00:00.000000",
            "2019-02-29 00:00:00.000000",
            "2020-01-01 23:59:60.000000",
            "2020-01-01 00:00:00",
            "2020-01-01 00:00:00.0000000",
            "2020-01-01",
            "infinity",
            "0000-01-01 00:00:00.000000",
            "2020-01-01T00:00:00.000000",
            "2020-01-01 00:00:00.00000Z",
            "2020-01-01 24:00:00.000000",
            "-020-01-01 00:00:00.000000",
        )
    ],
    "seconds": [
        ("not_a_timestamp", value)
        for value in ("", "0000-00-00 00:00:00", "2020-01-01 00:00:00.000000", "2020-1-01 00:00:00", "12:00:00")
    ],
    "short text": [("too_long", "abcd"), ("too_long", "abc "), ("too_long", "e\u0301ab"), ("nul_in_text", "a\0")],
    "padded text": [("too_long", "abcd"), ("nul_in_text", "\0"), ("trailing_blank", "a "), ("trailing_blank", " ")],
    "text": [("nul_in_text", "a\0b")],
    "json": [("not_json", value) for value in ("", "nul", "{a: 1}", "'a'", "[1", "[1]x", '"a\tb"', '"a\nb"')]
    + [
        ("not_json", value)
        for value in ("[1,]", "[1 ,\n]", '{"a":1, }', "NaN", "nan", "[1, -iNf]", '{"a": Infinity}', "[[NAN ]]", "01")
    ],
    "jsonb": [("not_jsonb", value) for value in ("", "NaN", "[1,]", r'"\u0000"', r'"\ud800"', "1e999999", '"a\nb"')],
    "bytea": [("not_hex", value) for value in ("", "00", "\\x0", "\\xFF", "\\xzz", "\\x00\n", "\\\\x00", "\\x 00")],
    "enum": [("unknown_label", value) for value in ("", "A", "a ", "b", "b''c")],
    "whiteboard": [
        *(("not_a_whiteboard", value) for value in ("x", BOARD[:-1], BOARD + "\0", "{}")),
        *(("not_bytes", value) for value in ("\u0100", BOARD + "\u0178", "😀")),
    ],
    "odd name": [("not_a_number_of_its_type", "x")],
}
