"""Stretches of work, for the timeline of a report: which table, from when, for how long."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class Stretch:
    """Work on one table: its beginning in ISO 8601 and UTC, and the wall seconds it took."""

    table: str
    started_at: str
    seconds: float


@contextmanager
def noted(done: list[Stretch], table: str) -> Iterator[None]:
    """Adds the work within to what is done, unless it fails; threads may share the list."""
    started_at, started = datetime.now(UTC).isoformat(), time.monotonic()
    yield
    done.append(Stretch(table, started_at, round(time.monotonic() - started, 3)))
