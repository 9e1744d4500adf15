"""Chunks that a former attempt of the same run exported, and whether they still hold.

A snapshot dies with its connection, so an export that goes on reads at a later moment. A finished file belongs to
that moment too when its bytes are as they were written, and when the rows of its range are: the source digests
them again, inside the new snapshot, unless its binary log has not moved. So all files show one moment, the new one.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from runner import digest, manifest, page_cache
from runner.catalog.names import quote_mysql
from runner.errors import ViolationError
from runner.exports.chunks import Chunk
from runner.mapping import TableMapping
from runner.mysql.source import Connection, explained, fetch_all
from runner.settings import Address
from runner.workers import Context

_DAMAGED = "the file is not as it was written"
_CHANGED = "its rows changed in the source"


@dataclass(frozen=True)
class CheckSurvivor:
    """Looks at one finished chunk; `moved` says that the source may have changed since it was written.

    `table_bytes` is the size of all files of its table.
    """

    chunk: Chunk
    mapping: TableMapping
    file: manifest.File
    folder: Path
    where: Address
    moved: bool
    table_bytes: int
    lane: int | None = None

    @property
    def weight(self) -> float:
        """The largest table first and as a whole: its rows take longest to load, once all its chunks are known."""
        return float(self.table_bytes)

    def __call__(self, context: Context) -> str:
        """Why the chunk must be read again, in words; empty when it holds."""
        with ThreadPoolExecutor(1) as thread:
            # The source works out its digest meanwhile.
            intact = thread.submit(self._is_intact)
            changed = self.moved and self._has_changed(context.kept[f"source {self.chunk.system}"])
        if not intact.result():
            return _DAMAGED
        return _CHANGED if changed else ""

    def _is_intact(self) -> bool:
        try:
            manifest.verify_file(self.folder, self.file)
        except ViolationError:
            return False
        page_cache.forget(self.folder / self.file.path)
        return True

    def _has_changed(self, connection: Connection) -> bool:
        query = (
            f"SELECT COUNT(*), {digest.total('mysql', self.mapping.columns)} "
            f"FROM {quote_mysql(self.chunk.table)} WHERE {self.chunk.condition} AND {self.mapping.kept_rows}"
        )
        with explained(self.where, f"digesting {self.chunk.table}"):
            rows, total = fetch_all(connection, query)[0]
        return (int(rows), int(total)) != (self.file.rows, int(self.file.digest))
