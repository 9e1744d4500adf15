"""What workers do for an export: write the file of one chunk, count rows that are left out."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from runner import manifest
from runner.catalog.names import quote_mysql
from runner.errors import ViolationError
from runner.exports import csvfile
from runner.exports.chunks import Chunk
from runner.mapping import TableMapping
from runner.mysql import reading
from runner.mysql.packets import rows
from runner.mysql.source import Connection, explained, fetch_value
from runner.settings import Address
from runner.workers import Context


@dataclass(frozen=True)
class ExportChunk:
    """Writes one chunk's file."""

    chunk: Chunk
    mapping: TableMapping
    where: Address
    folder: Path
    lane: int | None = None
    json_once: bool = False

    @property
    def weight(self) -> float:
        """The chunk's estimated size in bytes."""
        return float(self.chunk.estimated_bytes)

    def __call__(self, context: Context) -> manifest.File:
        """Read the range, write it, and return the manifest's entry."""
        started = time.monotonic()
        connection: Connection = context.kept[f"source {self.chunk.system}"]
        with explained(self.where, f"reading {self.chunk.table}"):
            try:
                written = csvfile.write(
                    self.folder / self.chunk.path, self.mapping.columns, rows(connection, self._select())
                )
            except ValueError:
                raise ViolationError(
                    f"source {self.where}: a row of {self.chunk.table} is larger than the server's "
                    "max_allowed_packet, so it cannot be hashed there; raise it and run the task again"
                ) from None
            except OSError as error:
                raise ViolationError(
                    f"{self.folder / self.chunk.path}: {error.strerror}; make room, then run the task again"
                ) from None
        return written.entry(self.chunk.path, round(time.monotonic() - started, 3))

    def _select(self) -> str:
        return (
            f"SELECT {reading.select_list(self.mapping.columns, once=self.json_once)} "
            f"FROM {quote_mysql(self.chunk.table)} "
            f"WHERE {self.chunk.condition} AND {self.mapping.kept_rows}"
        )


@dataclass(frozen=True)
class CountRows:
    """Counts, in the snapshot, the rows of a table or those a row filter leaves out."""

    system: str
    table: str
    where: Address
    filter: str = ""
    weight: float = 0.0
    lane: int | None = None

    def __call__(self, context: Context) -> int:
        """The number of rows."""
        with explained(self.where, f"counting {self.table}"):
            sql = f"SELECT COUNT(*) FROM {quote_mysql(self.table)} WHERE {self.filter or 'TRUE'}"
            return int(fetch_value(context.kept[f"source {self.system}"], sql))
