"""Tables that exist only in tests: mappings from spelled types, and export files from rows of bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from runner import manifest, rules
from runner.exports import csvfile
from runner.mapping import ColumnMapping, TableMapping, base_type
from runner.rules import Override
from tests.corpus import row_text
from tests.corpus.row_text import Row

SYSTEM = "toy"


def override(column: str, rule: str, argument: str = "", max_rows: int | None = None, table: str = "t") -> Override:
    """A rule for one column of a test's table."""
    return Override(SYSTEM, table, column, rule, argument, max_rows, "a test needs it")


def column(
    name: str,
    source_type: str,
    target_type: str,
    *,
    nullable: bool = True,
    override: Override | None = None,
    labels: tuple[str, ...] = (),
) -> ColumnMapping:
    """A column whose cast rule is the one that `seeds/rules/` declares for its types."""
    rule = rules.read().cast(base_type(source_type), "enum" if labels else base_type(target_type)).rule
    return ColumnMapping(name, source_type, target_type, rule, nullable, override, labels)


def table(*columns: ColumnMapping, key: tuple[str, ...] = ("id",), name: str = "t") -> TableMapping:
    """A table of those columns."""
    return TableMapping(SYSTEM, name, columns, key)


def exported(folder: Path, mapping: TableMapping, rows: Sequence[Row], number: int = 1) -> manifest.File:
    """Writes rows as the export does, with the digest that the documented form gives; returns the entry."""
    path = f"{mapping.name}/{number:04d}.csv"
    digests = (row_text.prefix(mapping.columns, row).encode() for row in rows)
    given = ([*row, digest] for row, digest in zip(rows, digests, strict=True))
    return csvfile.write(folder / path, mapping.columns, given).entry(path)


def described(folder: Path, file: manifest.File, **changes: int | str) -> manifest.File:
    """The entry with bytes, hash and longest line as the file on disk has them now, as a forger would mend it."""
    content = (folder / file.path).read_bytes()
    found: dict[str, int | str] = {
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "longest_line": max((len(line) for line in content.splitlines(keepends=True)), default=0),
    }
    return file.model_copy(update=found | changes)
