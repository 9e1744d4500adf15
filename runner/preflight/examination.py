"""The preflight of a system: its tables, and the ways to look at each, shared among sessions."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass

from runner import sessions
from runner.errors import Violation
from runner.mapping import TableMapping
from runner.mysql.source import BEGIN_SNAPSHOT, Connection, fetch_all
from runner.preflight import case_folding, duplicates, limits, references, scan
from runner.preflight.live import Live
from runner.preflight.subject import Subject
from runner.runs.report import Advice
from runner.systems import System

Look = Callable[[Subject], Iterator[Violation | Advice]]
_LOOKS: tuple[Look, ...] = (
    scan.violations,
    references.violations,
    duplicates.violations,
    limits.violations,
    case_folding.collisions,
)
_BY_RANGE: tuple[Look, ...] = (scan.unrepeated, references.unenforced, *_LOOKS[2:])


@dataclass(frozen=True, slots=True)
class Examined:
    """What was found in a system's tables, in their order."""

    violations: tuple[Violation, ...]
    advice: tuple[Advice, ...]


def examine(
    connect: Callable[[], Connection],
    system: System,
    mappings: Mapping[str, TableMapping],
    jobs: int = 1,
    *,
    by_range: bool = False,
) -> Examined:
    """All violations of a system's tables, and what is worth knowing; `jobs` sessions share the work, largest first.

    With `by_range` the rows of a table are left to `runner.preflight.ranges` where the later phases would find each
    of their faults too, and references to load where the source itself keeps them whole.

    Each session (`runner.mysql.source.connect`) has one snapshot, begun and ended here, and what belongs together is
    asked in one statement. A lock that made them one moment would stop a live application. Errors of the server
    are passed on.
    """
    with _session(connect) as connection:
        live = Live.read(connection)
    found: dict[tuple[str, int], list[Violation | Advice]] = {}
    order = sorted(mappings, key=lambda table: -live.estimated_bytes.get(table, 0))
    looks = _BY_RANGE if by_range else _LOOKS
    waiting = deque((table, number) for table in order for number in range(len(looks)))

    def work() -> None:
        with _session(connect) as connection:
            while True:
                try:
                    table, number = waiting.popleft()
                except IndexError:
                    return
                try:
                    subject = Subject(connection, system, mappings[table], live, mappings)
                    found[table, number] = list(looks[number](subject))
                except BaseException:
                    waiting.clear()
                    raise

    with ThreadPoolExecutor(jobs) as threads, sessions.cut_when_interrupted():
        for future in [threads.submit(work) for _ in range(jobs)]:
            future.result()
    # A look at one table may find faults of another.
    places = {table: place for place, table in enumerate(mappings)}
    told = [(number, one) for table in mappings for number in range(len(looks)) for one in found[table, number]]
    ordered = [one for number, one in sorted(told, key=lambda each: (places[each[1].table], each[0]))]
    return Examined(
        violations=tuple(one for one in ordered if isinstance(one, Violation)),
        advice=tuple(one for one in ordered if isinstance(one, Advice)),
    )


@contextmanager
def _session(connect: Callable[[], Connection]) -> Iterator[Connection]:
    with closing(connect()) as connection:
        fetch_all(connection, BEGIN_SNAPSHOT)
        yield connection
