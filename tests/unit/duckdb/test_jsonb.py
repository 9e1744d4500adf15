"""The text `jsonb` prints, against expectations worked out by hand; the real Postgres is asked elsewhere."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runner.duckdb import jsonb
from runner.duckdb.jsonb import jsonb_text


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("0", "0"),
        ("-0", "0"),
        ("-0.0", "0.0"),
        ("-0e3", "0"),
        ("0e5", "0"),
        ("0.0e-3", "0.0000"),
        ("1.0", "1.0"),
        ("1.10", "1.10"),
        ("-1.50", "-1.50"),
        ("1.50e1", "15.0"),
        ("1.50E+2", "150"),
        ("1.50e3", "1500"),
        ("-1e-3", "-0.001"),
        ("12e0", "12"),
        ("1e308", "1" + "0" * 308),
        ("1.7976931348623157e308", "17976931348623157" + "0" * 292),
        ("5e-324", "0." + "0" * 323 + "5"),
        ("0.1000000000000000055511151231257827", "0.1000000000000000055511151231257827"),
        ("9007199254740993", "9007199254740993"),
        ("-" + "9" * 400, "-" + "9" * 400),
        ("1e131071", "1" + "0" * 131_071),
        ("9" * 131_072, "9" * 131_072),
        ("1e-16383", "0." + "0" * 16_382 + "1"),
        ("0e999999", "0"),
    ],
    ids=lambda text: text[:24],
)
def test_numbers_keep_their_digits_and_lose_their_exponent(text: str, printed: str) -> None:
    assert jsonb_text(text) == printed
    assert jsonb_text(f'{{"a": [{text}]}}') == f'{{"a": [{printed}]}}'


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        (" \t\r\n null \n", "null"),
        ("true", "true"),
        ("false", "false"),
        ("[]", "[]"),
        ("{}", "{}"),
        ("[ 1 ,2,[ ] , { } ]", "[1, 2, [], {}]"),
        ('{"a":1,"b" : 2}', '{"a": 1, "b": 2}'),
        ('{"b": 1, "aa": 2, "a": 3, "": 4}', '{"": 4, "a": 3, "b": 1, "aa": 2}'),
        ('{"a": 1, "a": 2}', '{"a": 2}'),
        ('{"a": {"x": 1}, "b": 0, "a": {"y": 2}}', '{"a": {"y": 2}, "b": 0}'),
        (r'{"a": 1, "\u0061": 2}', '{"a": 2}'),
        ('{"A": 1, "a": 2, "Z": 3, "_": 4}', '{"A": 1, "Z": 3, "_": 4, "a": 2}'),
        # é has two bytes, so it comes after z and with the keys of two letters.
        ('{"é": 1, "zz": 2, "z": 3, "€": 4, "aaa": 5}', '{"z": 3, "zz": 2, "é": 1, "aaa": 5, "€": 4}'),
        # Bytes, not UTF-16 units, in which d800 would come before ff61: ef bd a1 61 before f0 90 80 80.
        ('{"\U00010000": 1, "\uff61a": 2}', '{"\uff61a": 2, "\U00010000": 1}'),
        (r'{"10": 1, "9": 2, "1": 3}', '{"1": 3, "9": 2, "10": 1}'),
    ],
)
def test_structure(text: str, printed: str) -> None:
    assert jsonb_text(text) == printed


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        (r'"\b\f\n\r\t"', r'"\b\f\n\r\t"'),
        (r'"\"\\\/"', r'"\"\\/"'),
        (r'"\u0008\u000c\u000A\u000d\u0009"', r'"\b\f\n\r\t"'),
        (r'"\u0001\u000b\u001F"', r'"\u0001\u000b\u001f"'),
        (r'"\u007f\u0080\u2028"', '"\x7f\x80\u2028"'),
        (r'"\u00e9\u20AC"', '"é€"'),
        (r'"\ud83d\ude00"', '"😀"'),
        (r'"\\u0000"', r'"\\u0000"'),
        (r'"\\ud800"', r'"\\ud800"'),
        ('"\u00a0 \ufeff"', '"\u00a0 \ufeff"'),
        (r'{"a\nb": "c\u0001"}', r'{"a\nb": "c\u0001"}'),
    ],
)
def test_escapes(text: str, printed: str) -> None:
    assert jsonb_text(text) == printed


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(text, id=text[:24].encode("unicode_escape").decode() or "empty")
        for text in (
            "",
            " ",
            "nul",
            "True",
            "NaN",
            "[NaN]",
            "Infinity",
            '{"a": -Infinity}',
            "01",
            "+1",
            "1.",
            ".5",
            "1e",
            "-",
            "0x10",
            "1_000",
            "[1,]",
            '{"a": 1,}',
            '{"a"}',
            "{a: 1}",
            "{1: 1}",
            "'a'",
            "1 2",
            "[1] x",
            "[1",
            '"a',
            '"a\nb"',
            '"a\tb"',
            '"\x1f"',
            '"a\x00b"',
            r'"\x41"',
            r'"\u12"',
            r'"\u0000"',
            r'{"a\u0000": 1}',
            r'["ok", {"k": "\u0000"}]',
            r'"\ud800"',
            r'"\udc00"',
            r'"\ud800a"',
            r'"\udc00\ud800"',
            r'{"\ud800": 1}',
            "\ufeff1",
            "\u00a01",
            "// 1\n1",
            "1e131072",
            "-10e131071",
            "9" * 131_073,
            "1e-16384",
            "0." + "0" * 16_384,
            "1e999999999",
            "1e-999999999",
            "1e99999999999999999999",
            "[" * 100_000 + "]" * 100_000,
            '{"a":' * 100_000 + "1" + "}" * 100_000,
        )
    ],
)
def test_what_jsonb_would_refuse(text: str) -> None:
    assert jsonb_text(text) is None


def test_nesting_as_deep_as_mysql_allows() -> None:
    text = "[" * 100 + "1" + "]" * 100
    assert jsonb_text(text) == text


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)


@settings(deadline=None, max_examples=150)
@given(value=JSON, ascii_only=st.booleans(), indent=st.none() | st.integers(0, 3))
def test_the_value_is_the_same_and_the_text_is_stable(value: Any, ascii_only: bool, indent: int | None) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
    printed = jsonb_text(text)
    # Documents with whole numbers only are printed by json itself, all others token by token.
    assert printed == jsonb._printed_by_token(text)
    if r"\u0000" in text.replace(r"\\", ""):
        assert printed is None
        return
    assert printed is not None
    assert jsonb_text(printed) == printed
    assert json.loads(printed, parse_float=Decimal) == json.loads(text, parse_float=Decimal)


@settings(deadline=None, max_examples=50)
@given(value=st.dictionaries(st.text(alphabet="aéz€\U00010000", max_size=3), st.integers(), min_size=2))
def test_keys_are_ordered_by_length_then_bytes(value: dict[str, int]) -> None:
    keys = [key.encode() for key in json.loads(jsonb_text(json.dumps(value)) or "")]
    assert keys == sorted(keys, key=lambda key: (len(key), key))
    assert len(keys) == len(value)
