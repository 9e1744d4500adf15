"""The rows of one key range, examined in the export's own snapshot just before they are read.

A run that begins with the files of an earlier one need not look at rows that are as that run read them: stage tries
each of their values anyway. So its check leaves the scans of tables out, and what changed is examined here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from runner.errors import Violation
from runner.exports.chunks import Chunk
from runner.mapping import TableMapping
from runner.mysql.source import explained
from runner.preflight import scan
from runner.preflight.live import Live
from runner.preflight.subject import SAMPLE_KEYS, Subject
from runner.settings import Address
from runner.systems import named
from runner.workers import Context


@dataclass(frozen=True)
class ExamineChunk:
    """Looks for faulty rows in a chunk that is about to be read."""

    chunk: Chunk
    mapping: TableMapping
    where: Address
    lane: int | None = None

    @property
    def weight(self) -> float:
        """The chunk's estimated size in bytes."""
        return float(self.chunk.estimated_bytes)

    def __call__(self, context: Context) -> tuple[Violation, ...]:
        """The violations of columns and check constraints in the range."""
        system = named(self.chunk.system)
        connection = context.kept[f"source {system.name}"]
        with explained(self.where, f"examining {self.chunk.table}"):
            live: Live = context.keep(f"live {system.name}", lambda: Live.read(connection))
            mappings = {self.mapping.name: self.mapping}
            subject = Subject(connection, system, self.mapping, live, mappings, self.chunk.condition)
            # Where it is not, the check has scanned the whole table.
            return tuple(scan.violations(subject)) if scan.is_repeated(subject) else ()


def merged(violations: Iterable[Violation]) -> list[Violation]:
    """Those of several ranges as those of their tables: one of each kind, with the rows of all and the first keys."""
    found: dict[tuple[str, str, str | None, str, str], Violation] = {}
    for one in violations:
        key = (one.system, one.table, one.column, one.kind, one.rule)
        before = found.get(key)
        keys = ((before.sample_keys if before else ()) + one.sample_keys)[:SAMPLE_KEYS]
        found[key] = replace(one, rows=one.rows + (before.rows if before else 0), sample_keys=keys)
    return sorted(found.values(), key=lambda one: (one.system, one.table))
