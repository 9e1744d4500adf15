"""When a value of MySQL and a value of Postgres are the same: each side becomes one plain form, compared exactly."""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from tests.comparison.shape import Column

_HYPHENATED = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def same(column: Column, source: Any, target: Any) -> bool:
    """Whether the two values are the same; a value that is no value of its column is the same as none."""
    if source is None or target is None:
        return source is target
    read_source, read_target = _FORMS[column.rule]
    try:
        return bool(read_source(source, column) == read_target(target, column))
    except (ValueError, TypeError, KeyError):
        return False


def key(column: Column, value: Any) -> str:
    """One spelling for both sides of a value of a primary key."""
    return str(value).lower() if column.rule == "uuid" else str(value)


def _uuid(value: str, _: Column) -> str:
    if not _HYPHENATED.fullmatch(value):
        raise ValueError("not a uuid")
    return value.lower()


def _boolean(value: int, _: Column) -> bool:
    return {0: False, 1: True}[value]


def _number(value: int | Decimal, _: Column) -> tuple[int, tuple[int, ...], Any]:
    # Not by `==`: 1.5 and 1.50 are equal, but a declared scale has to survive.
    sign, digits, exponent = Decimal(value).as_tuple()
    return sign, digits, exponent


def _document(text: str, _: Column) -> object:
    return _tagged(json.loads(text, parse_int=Decimal, parse_float=Decimal))


def _tagged(value: Any) -> object:
    """A document in which true is not 1 and 1.0 is 1."""
    if isinstance(value, dict):
        return {name: _tagged(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_tagged(one) for one in value]
    return type(value).__name__, value


def _stream(text: str, _: Column) -> bytes:
    return _inflatable(text.encode("latin-1"))


def _base64(text: str, _: Column) -> bytes:
    return _inflatable(base64.b64decode(text, validate=True))


def _inflatable(stream: bytes) -> bytes:
    try:
        return stream + zlib.decompress(stream) if stream else b""
    except zlib.error:
        raise ValueError("not a zlib stream") from None


def _exactly(kind: type) -> Callable[[Any, Column], Any]:
    def check(value: Any, _: Column) -> Any:
        if type(value) is not kind:
            raise TypeError(f"{type(value).__name__} where {kind.__name__} is expected")
        return value

    return check


_Form = Callable[[Any, Column], object]
_text = _exactly(str)
_FORMS: dict[str, tuple[_Form, _Form]] = {
    "uuid": (_uuid, lambda value, column: str(_exactly(UUID)(value, column))),
    "boolean": (_boolean, _exactly(bool)),
    "number": (_number, _number),
    "time": (_exactly(datetime), _exactly(datetime)),
    "bytes": (_exactly(bytes), _exactly(bytes)),
    "text": (_text, _text),
    "padded": (lambda value, column: str(value).ljust(column.length), _text),
    "json": (_text, _text),
    "jsonb": (_document, _document),
    "whiteboard": (_stream, _base64),
}
