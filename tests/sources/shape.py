"""How many rows each table of a source gets: of production, in proportion, or a handful for the sample."""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path

from runner.systems import System

PRODUCTION = Path(__file__).with_name("production.csv")
SMALLEST, LARGEST = 3, 12


def rows(system: System, scale: float | None) -> dict[str, int]:
    """Table to number of rows; `scale` 1.0 is production, None the sample.

    A table with up to twelve rows in production is configuration and has as many at every scale, any other
    keeps at least three. KeyError when `production.csv` does not know a table.
    """
    with PRODUCTION.open(encoding="utf-8", newline="") as file:
        counts = {row["table"]: int(row["rows"]) for row in csv.DictReader(file) if row["system"] == system.name}
    tables = system.source_catalog.tables
    if scale is None:
        return {table: _sample(counts[table]) for table in tables}
    return {table: _scaled(counts[table], scale) for table in tables}


def _scaled(production: int, scale: float) -> int:
    return production if production <= LARGEST else max(SMALLEST, round(production * scale))


def _sample(production: int) -> int:
    # Tables with as many rows as each other in production have as many here.
    if SMALLEST <= production <= LARGEST:
        return production
    if production >= 100_000:
        return LARGEST
    spread = int.from_bytes(hashlib.sha256(str(production).encode()).digest()[:2]) % 3
    return min(LARGEST, SMALLEST + len(str(production)) + spread)
