"""What an export has to read of one source, and what a former attempt has left of it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field

from runner.exports import chunks
from runner.exports.chunks import Chunk
from runner.exports.origin import Origin
from runner.manifest import File
from runner.mysql import reading
from runner.mysql.source import connect, explained, fetch_all, server
from runner.settings import Address


@dataclass(frozen=True)
class Plan:
    """Chunks of the tables to copy, the skipped tables that the source has, and finished files by chunk."""

    chunks: list[Chunk]
    skipped: list[str]
    json_once: bool
    survivors: Mapping[Chunk, File | None] = field(default_factory=dict)

    @classmethod
    def of(cls, origin: Origin, where: Address) -> Plan:
        """A new plan, from the server's statistics; RefusalError when the source cannot be asked."""
        with closing(connect(where)) as connection, explained(where, "planning the export"):
            present = {row[0] for row in fetch_all(connection, "SHOW TABLES")}
            planned = [
                chunk
                for table, mapping in origin.mappings.items()
                for chunk in chunks.plan(
                    connection, where.database, origin.system.source_catalog.tables[table], mapping
                )
            ]
            # MariaDB stores JSON as the text it is and has nothing to print.
            json_once = server(connection).kind == "mysql" and reading.prints_once(connection)
            return cls(planned, [table for table in origin.skipped if table in present], json_once)
