"""The uuids of generated rows, computed from table and row number, so that nothing has to be remembered.

A child knows its parent's uuid without having seen the parent, whatever the order in which the tables are
filled. The uuids grow with the row number, evenly over the whole range: InnoDB then appends rows instead of
splitting pages, which makes large sources several times faster to fill.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict

from runner.catalog.model import ForeignKey, Table
from runner.systems import System


class Keys:
    """The uuids of one source with `counts` rows in its tables."""

    def __init__(self, system: System, seed: int, counts: dict[str, int]) -> None:
        self.counts = counts
        self._hashes = {
            table: hashlib.blake2b(f"{seed}/{system.name}/{table}".encode(), digest_size=16) for table in counts
        }
        self._offsets = _offsets(system, counts)

    def uuid(self, table: str, row: int) -> str:
        """The primary key of a row, in the lower-case hyphenated spelling."""
        hashed = self._hashes[table].copy()
        hashed.update(row.to_bytes(8))
        text = hashed.hexdigest()
        first = ((row << 32) + int(text[:8], 16)) // max(self.counts[table], row + 1)
        return f"{first:08x}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:]}"

    def partner(self, table: Table, key: ForeignKey, row: int) -> str | None:
        """The parent that only this row has, None when the parents are used up."""
        parents = self.counts[key.ref_table]
        if row >= parents:
            return None
        return self.uuid(key.ref_table, (row + self._offsets[table.name, key.name]) % parents)


def is_unique(table: Table, column: str) -> bool:
    """Whether no two rows of the table may have the same value in this column."""
    keys = (*table.unique, *([table.primary_key] if table.primary_key else []))
    return any(key.columns == (column,) for key in keys)


def _offsets(system: System, counts: dict[str, int]) -> dict[tuple[str, str], int]:
    # Tables that each own rows of one parent own different ones, as long as there are enough of them.
    used: dict[str, int] = defaultdict(int)
    offsets = {}
    for table in system.source_catalog.tables.values():
        for key in table.foreign_keys:
            if is_unique(table, key.columns[0]):
                offsets[table.name, key.name] = used[key.ref_table]
                used[key.ref_table] += counts[table.name]
    return offsets
