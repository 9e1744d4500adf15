"""The preflight of a system: its tables, and the ways to look at each, shared among sessions."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager

from runner import sessions
from runner.errors import Violation
from runner.mapping import TableMapping
from runner.mysql.source import BEGIN_SNAPSHOT, Connection, fetch_all
from runner.preflight import duplicates, limits, references, scan
from runner.preflight.live import Live
from runner.preflight.subject import Subject
from runner.systems import System

Look = Callable[[Subject], Iterator[Violation]]
_LOOKS: tuple[Look, ...] = (scan.violations, references.violations, duplicates.violations, limits.violations)


def find(
    connect: Callable[[], Connection],
    system: System,
    mappings: Mapping[str, TableMapping],
    jobs: int = 1,
) -> list[Violation]:
    """All violations of a system's tables, in the order of the tables; `jobs` sessions share the work.

    Each session (`runner.mysql.source.connect`) has one snapshot, begun and ended here, and what belongs together is
    asked in one statement. A lock that made them one moment would stop a live application. Errors of the server
    are passed on.
    """
    with _session(connect) as connection:
        live = Live.read(connection)
    found: dict[tuple[str, int], list[Violation]] = {}
    order = sorted(mappings, key=lambda table: -live.estimated_bytes.get(table, 0))
    waiting = deque((table, number) for table in order for number in range(len(_LOOKS)))

    def work() -> None:
        with _session(connect) as connection:
            while True:
                try:
                    table, number = waiting.popleft()
                except IndexError:
                    return
                try:
                    subject = Subject(connection, system, mappings[table], live, mappings)
                    found[table, number] = list(_LOOKS[number](subject))
                except BaseException:
                    waiting.clear()
                    raise

    with ThreadPoolExecutor(jobs) as threads, sessions.cut_when_interrupted():
        for future in [threads.submit(work) for _ in range(jobs)]:
            future.result()
    return [one for table in mappings for number in range(len(_LOOKS)) for one in found[table, number]]


@contextmanager
def _session(connect: Callable[[], Connection]) -> Iterator[Connection]:
    with closing(connect()) as connection:
        fetch_all(connection, BEGIN_SNAPSHOT)
        yield connection
