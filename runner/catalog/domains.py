"""The domains of a system: parts of its schema that are looked at together, each with its tables.

They are data, in `baseline/<system>/domains.toml`; a system without that file is one domain.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from runner.catalog.model import Catalog
from runner.errors import UsageError

NAME = "domains.toml"


@dataclass(frozen=True, slots=True)
class Domain:
    """A part of a schema: its name, a sentence, its tables."""

    name: str
    says: str
    tables: tuple[str, ...]

    @property
    def slug(self) -> str:
        """The name as part of an address or a file's name."""
        return "-".join(re.findall(r"[a-z0-9]+", self.name.lower()))


def read(folder: Path, catalog: Catalog) -> tuple[Domain, ...]:
    """The domains of a baseline folder; UsageError unless every table of the catalog stands in exactly one."""
    path = folder / NAME
    if not path.exists():
        return (Domain(f"All of {folder.name}", "", tuple(catalog.tables)),)
    place = f"{folder.name}/{NAME}"
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        found = tuple(Domain(name, one["says"], tuple(one["tables"])) for name, one in raw.items())
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{place}: {error}") from None
    except (KeyError, TypeError):
        raise UsageError(f"{place}: every domain needs a sentence `says` and a list `tables`") from None
    placed = Counter(table for domain in found for table in domain.tables)
    for fault, tables in (
        ("names what the baseline has not", placed.keys() - catalog.tables.keys()),
        ("has no domain for", catalog.tables.keys() - placed.keys()),
        ("has more than one domain for", {table for table, times in placed.items() if times > 1}),
    ):
        if tables:
            raise UsageError(f"{place} {fault}: {', '.join(sorted(tables))}")
    return found
