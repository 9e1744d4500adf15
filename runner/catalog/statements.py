"""The statements that read a live catalog, one a file in `runner/sql/catalog_<name>.sql`."""

from __future__ import annotations

from functools import cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "sql"


@cache
def text(name: str) -> str:
    """The statement of that name; FileNotFoundError when there is none."""
    return (FOLDER / f"catalog_{name}.sql").read_text(encoding="utf-8")
