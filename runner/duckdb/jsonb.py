"""What Postgres makes of a JSON document, worked out without Postgres: whether it takes it, and what `jsonb` prints.

`json` takes every document of RFC 8259, with any escape and any number, and keeps its text. What `jsonb` prints is
the value form of such a column: equal texts mean equal values, with exact numbers. Source of the rules: Postgres's
documentation of the JSON types and `numeric` (keys ordered by length, then bytes; the last of equal keys wins;
numbers keep their digits, written without exponent; no negative zero; at most 131,072 digits before and 16,383
after the decimal point).
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any


class _Number(str):
    """A number as its token is spelled; parsing it to a float would lose digits."""

    __slots__ = ()


def is_json(text: str) -> bool:
    """Whether `json` takes a document; one nested deeper than some 900 levels counts as none here."""
    try:
        json.loads(text, parse_int=str, parse_float=str, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return False
    return True


def jsonb_text(text: str) -> str | None:
    """The text `jsonb` prints for a JSON document; None when Postgres would refuse the document."""
    try:
        # Nearly every document has whole numbers only; such a one json itself prints as Postgres does.
        printed: str = _ENCODE(_DECODE(text))
        printed.encode()
        if _NUL not in printed:
            return printed
    except (ValueError, RecursionError):
        pass
    return _printed_by_token(text)


def _printed_by_token(text: str) -> str | None:
    try:
        value = json.loads(
            text, object_pairs_hook=_ordered, parse_float=_Number, parse_int=_Number, parse_constant=_refuse
        )
        return _print(value)
    except (ValueError, ArithmeticError, RecursionError):
        return None


def _refuse(name: str) -> None:
    raise ValueError(name)


def _print(value: Any) -> str:
    if isinstance(value, _Number):
        return _number(value)
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_string(key)}: {_print(member)}" for key, member in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_print, value)) + "]"
    return {None: "null", True: "true", False: "false"}[value]


def _ordered(members: list[tuple[str, Any]]) -> dict[str, Any]:
    """The members of an object as `jsonb` keeps them: of equal keys the last; shorter keys first, then by bytes."""
    last = dict(members)
    return {key: last[key] for key in sorted(last, key=_rank)} if len(last) > 1 else last


def _rank(key: str) -> tuple[int, bytes]:
    octets = key.encode()
    return len(octets), octets


# Whatever json would print otherwise than it was spelled ends these; so does a whole number of thousands of digits.
_DECODE = json.JSONDecoder(object_pairs_hook=_ordered, parse_float=_refuse, parse_constant=_refuse).decode
_ENCODE = json.JSONEncoder(ensure_ascii=False, check_circular=False).encode
_NUL = r"\u0000"
"""As it is printed; a document may also hold these six characters, and is looked at again."""

_MOST_BEFORE, _MOST_AFTER = 131_072, 16_383


def _number(spelled: str) -> str:
    if len(spelled) <= _MOST_BEFORE and spelled.lstrip("-").isdigit():
        return "0" if spelled == "-0" else spelled
    number = Decimal(spelled)
    # Before it is written out: an exponent of nine digits would be as many digits of text.
    if (number and number.adjusted() >= _MOST_BEFORE) or int(number.as_tuple().exponent) < -_MOST_AFTER:
        raise ValueError("beyond numeric")
    text = format(number, "f")
    return text[1:] if text.startswith("-") and not text.strip("-0.") else text


_ESCAPES = {code: f"\\u{code:04x}" for code in range(1, 0x20)} | {
    0x08: "\\b",
    0x09: "\\t",
    0x0A: "\\n",
    0x0C: "\\f",
    0x0D: "\\r",
    0x22: '\\"',
    0x5C: "\\\\",
}


def _string(text: str) -> str:
    text.encode()  # a lone surrogate raises UnicodeEncodeError, a ValueError
    if "\0" in text:
        raise ValueError("jsonb has no NUL")
    return f'"{text.translate(_ESCAPES)}"'
