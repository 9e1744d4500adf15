"""What comes with the package besides its code: statements longer than a line, and templates."""

from __future__ import annotations

from functools import cache
from pathlib import Path

TEMPLATES = Path(__file__).parent / "templates"
_STATEMENTS = Path(__file__).parent / "sql"


@cache
def statement(name: str) -> str:
    """The statement, or template of one, in `runner/sql/<name>.sql`; FileNotFoundError when there is none."""
    return (_STATEMENTS / f"{name}.sql").read_text(encoding="utf-8")
