"""The tables to compare, read from the catalogs as plain JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

BASELINE = Path(__file__).parents[2] / "baseline"
# The application on Postgres reads these as base64; on MySQL they are one character per byte.
WHITEBOARDS = frozenset({("whiteboard", "content"), ("callout_contribution_defaults", "whiteboardContent")})


@dataclass(frozen=True)
class Column:
    """A column and the rule by which its values are compared; `length` counts for padded text only."""

    name: str
    rule: str
    length: int = 0


@dataclass(frozen=True)
class Table:
    """A table of both sides; `key` names the columns of its primary key."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]


def tables(system: str) -> Iterator[Table]:
    """Every table of the Postgres catalog that has a primary key; KeyError when MySQL lacks one of them."""
    source, target = (_catalog(system, engine) for engine in ("mysql", "postgres"))
    for name, table in target.items():
        there = {column["name"] for column in source[name]["columns"]}
        here = {column["name"] for column in table["columns"]}
        if there != here:
            raise KeyError(f"{system}.{name}: {', '.join(sorted(there ^ here))} is on one side only")
        if table["primary_key"]:
            columns = tuple(_column(name, column["name"], column["type"]) for column in table["columns"])
            yield Table(name, columns, tuple(table["primary_key"]["columns"]))


def _catalog(system: str, engine: str) -> dict[str, Any]:
    text = (BASELINE / system / f"{engine}.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)["tables"]
    return found


def _column(table: str, name: str, spelled: str) -> Column:
    if (table, name) in WHITEBOARDS:
        return Column(name, "whiteboard")
    if spelled.startswith("character("):
        return Column(name, "padded", int(spelled.removeprefix("character(").removesuffix(")")))
    words = spelled.partition("(")[0]
    return Column(name, _RULES.get(words, "text"))


_RULES = {
    "uuid": "uuid",
    "boolean": "boolean",
    "numeric": "number",
    "integer": "number",
    "bigint": "number",
    "timestamp without time zone": "time",
    "bytea": "bytes",
    "json": "json",
    "jsonb": "jsonb",
}
