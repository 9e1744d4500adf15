"""Ranges and scales: which numbers of the source's type the target's type cannot hold."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from runner.mapping import base_type

_BITS = {"tinyint": 8, "smallint": 16, "mediumint": 24, "int": 32, "integer": 32, "bigint": 64}
_DIGITS = re.compile(r"(?:decimal|numeric)\((\d+)(?:,(\d+))?\)")
_UNLIMITED = Decimal("Infinity")


@dataclass(frozen=True, slots=True)
class Range:
    """The numbers of a type: from `low` to `high` with at most `scale` digits after the point, None for any."""

    low: Decimal
    high: Decimal
    scale: int | None


def beyond(value: str, source_type: str, target_type: str) -> str:
    """The condition for a value the target cannot hold; empty when it holds all of the source's type."""
    source, target = of_type(source_type), of_type(target_type)
    conditions = []
    if source.low < target.low:
        conditions.append(f"{value} < {target.low}")
    if source.high > target.high:
        conditions.append(f"{value} > {target.high}")
    if target.scale is not None and (source.scale is None or source.scale > target.scale):
        conditions.append(f"{value} <> TRUNCATE({value}, {target.scale})")
    return " OR ".join(conditions)


def of_type(spelled: str) -> Range:
    """The range of a MySQL or Postgres type; a type without a limit known here has none."""
    digits = _DIGITS.match(spelled)
    if digits:
        scale = int(digits[2] or 0)
        high = Decimal(10 ** int(digits[1]) - 1).scaleb(-scale)
        return Range(Decimal(0) if "unsigned" in spelled else -high, high, scale)
    bits = _BITS.get(base_type(spelled).removesuffix(" unsigned"))
    if bits is None:
        return Range(-_UNLIMITED, _UNLIMITED, None)
    if "unsigned" in spelled:
        return Range(Decimal(0), Decimal(2**bits - 1), 0)
    return Range(Decimal(-(2 ** (bits - 1))), Decimal(2 ** (bits - 1) - 1), 0)
