"""The timeline of a report, as far as load and verify left it in the run folder.

Export and stage tell of every file while they move it. Load and verify leave with their result when each table was
filled, constrained and digested.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from runner.run import Run
from runner.runs.report import Span
from runner.systems import System


def after_transfer(run: Run, system: System, since: datetime) -> Iterator[Span]:
    """The stretches of load and verify since the run, or the attempt that goes on with it, began."""
    load, verify = run.known_result("load", system.name), run.known_result("verify", system.name)
    moved = {
        table: {"rows": staged["rows"], "bytes": staged["bytes"]}
        for table, staged in run.known_result("stage", system.name).get("tables", {}).items()
    }
    found = [
        *(("load", "fill", table, one, moved.get(table)) for table, one in load.get("tables", {}).items()),
        *(("load", "constrain", one["table"], one, None) for one in load.get("constraints", ())),
        *(("verify", "digest", table, one, moved.get(table)) for table, one in verify.get("tables", {}).items()),
    ]
    for phase, step, table, one, amounts in found:
        span = _span(one, phase=phase, step=step, system=system.name, table=table, **(amounts or {}))
        if span and span.started_at >= since:
            yield span


def _span(one: Mapping[str, Any], **known: Any) -> Span | None:
    """None where the result says no time: it is one of an earlier version."""
    started_at = one.get("started_at")
    return Span(started_at=datetime.fromisoformat(started_at), seconds=one["seconds"], **known) if started_at else None
