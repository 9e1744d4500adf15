"""Everything that decides the rows of one table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from runner.catalog.model import Table
from runner.mapping import ColumnMapping
from tests.sources.hostility import Hostility
from tests.sources.keys import Keys

Value = str | int | bytes | Decimal | None
Maker = Callable[[int], Value]


@dataclass(frozen=True, slots=True)
class Plan:
    """The table on both sides, and what its values are drawn from."""

    system: str
    source: Table
    target: Table
    mappings: dict[str, ColumnMapping]
    keys: Keys
    seed: int
    random: Random
    hostility: Hostility


@dataclass(frozen=True, slots=True)
class Field:
    """The values of one column by row number: realistic ones, and hostile ones where there are any."""

    tame: Maker
    hostile: Maker | None = None
