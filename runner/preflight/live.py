"""What the server says of itself and its tables, read once for a whole preflight.

The schema was compared with the supported one before, but not in what decides how it compares and stores
text: character sets, collations and unique keys are those of the live database.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from runner.catalog.model import Catalog
from runner.mysql.catalog import read_catalog
from runner.mysql.source import Connection, Server, fetch_all, fetch_value, server
from runner.resources import statement

_OUTER_HASH_JOINS = (8, 0, 20)


@dataclass(frozen=True, slots=True)
class Live:
    """The server, its catalog, and the numbers of rows and bytes it estimates for each table."""

    server: Server
    catalog: Catalog
    estimated_rows: Mapping[str, int]
    estimated_bytes: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def read(cls, connection: Connection) -> Live:
        """What there is to know of the connection's database; errors of the server are passed on."""
        database = str(fetch_value(connection, "SELECT DATABASE()"))
        rows = fetch_all(connection, statement("preflight_table_rows"))
        return cls(
            server=server(connection),
            catalog=read_catalog(connection, database),
            estimated_rows={str(name): int(estimate or 0) for name, estimate, _ in rows},
            estimated_bytes={str(name): int(size or 0) for name, _, size in rows},
        )

    @property
    def kind(self) -> Literal["mysql", "mariadb"]:
        """Which of the two engines the server is."""
        return self.server.kind

    @property
    def joins_by_hash(self) -> bool:
        """Whether the server can look for rows without a partner by hashing."""
        return self.kind == "mariadb" or self.server.number >= _OUTER_HASH_JOINS

    def charset(self, table: str, column: str) -> str | None:
        """The character set of a column, None for one that has none."""
        return self.catalog.tables[table].column(column).charset

    def folds(self, table: str, column: str) -> bool:
        """Whether comparisons of the column take capital and small letters for one."""
        return "_ci" in (self.catalog.tables[table].column(column).collation or "")

    def collation(self, table: str, column: str) -> str | None:
        """The collation of a column, None for one that has none."""
        return self.catalog.tables[table].column(column).collation

    def unique_keys(self, table: str) -> tuple[tuple[str, ...], ...]:
        """The columns of every key that lets each combination occur once."""
        found = self.catalog.tables[table]
        keys = (*([found.primary_key] if found.primary_key else []), *found.unique)
        return tuple(key.columns for key in keys)

    def is_checked_json(self, table: str, column: str) -> bool:
        """Whether the server itself refuses what it does not take for JSON."""
        return self.catalog.tables[table].column(column).type == "json"
