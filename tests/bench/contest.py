"""All turns on one amount of data: every candidate once a round, each round in another order."""

from __future__ import annotations

import hashlib
import shutil
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from runner.errors import ViolationError
from tests.bench import floors, migration, others
from tests.bench.floors import Files
from tests.bench.meter import Reading
from tests.bench.migration import Migration
from tests.bench.place import Place
from tests.bench.record import Measured, Phase, ScaleRecord

CANDIDATES = ("migrate", "since", "floors", "duckdb", "pgloader")
_LOOPS = 400
_FILLINGS, _FILLED = 4, 1 << 28


class Note(Protocol):
    """Takes down what a candidate's turn cost."""

    def __call__(
        self, candidate: str, reading: Reading, rows: int | None = None, phases: tuple[Phase, ...] = ()
    ) -> None: ...


@dataclass
class Contest:
    """One source and whoever takes turns on it; `rival` is the same data where pgloader can read it.

    `warmed` hears of the migration before all turns, `told` of each turn. ViolationError when this project's own run
    fails; a failure of others is recorded.
    """

    place: Place
    rival: Place | None
    absent: dict[str, str]
    warmed: Callable[[Reading], None]
    told: Callable[[Measured], None]
    turns: list[Measured] = field(default_factory=list)
    first: Migration | None = None
    files: dict[str, Files] = field(default_factory=dict)

    def run(self, rounds: int, only: Collection[str] = CANDIDATES) -> ScaleRecord:
        """Every chosen candidate once a round, after a migration that does not count; returns what was measured."""
        self._warm_up()
        self.take_turns(rounds, only)
        assert self.first
        return ScaleRecord(
            scale=self.place.scale,
            rows=self.first.report.rows,
            bytes=self.first.report.bytes,
            largest_row=self.first.largest_row,
            fill_seconds=self.place.fill_seconds,
            turns=tuple(self.turns),
            absent=self.absent,
        )

    def _warm_up(self) -> None:
        """Migrate once: others need its files, and whoever uses a virtual machine's memory first waits for its host."""
        self._rest()
        with self.place.empty_targets() as targets:
            self.first = done = migration.migrate(self.place, targets, "warm-up")
            rewritten = self.place.folder / "rewritten"
            self.files = {name: floors.files_of(done.run, name, url, rewritten) for name, url in targets.items()}
        self.warmed(done.reading)

    def take_turns(self, rounds: int, only: Collection[str]) -> None:
        """Each round begins with another; migrate has a turn at least once, for the others to be compared with."""
        chosen = [name for name in CANDIDATES if name in {*only, "migrate"} and name not in self.absent]
        for number in range(rounds):
            for name in _rotated(chosen if not number else [one for one in chosen if one in only], number):
                self._turn(name, number + 1)

    @property
    def _sizes(self) -> Mapping[str, Mapping[str, int]]:
        return {system: files.sizes for system, files in self.files.items()}

    def _turn(self, name: str, number: int) -> None:
        steps = {
            "migrate": self._migrate,
            "since": self._since,
            "floors": self._floors,
            "duckdb": self._duckdb,
            "pgloader": self._pgloader,
        }
        self._rest()
        loop, filling = calibration(), memory()

        def note(candidate: str, reading: Reading, rows: int | None = None, phases: tuple[Phase, ...] = ()) -> None:
            self._note(
                Measured(
                    candidate=candidate,
                    round=number,
                    calibration=loop,
                    memory=filling,
                    seconds=reading.seconds,
                    cpu=reading.cpu,
                    peak_bytes=reading.peak_bytes,
                    rows=rows,
                    phases=phases,
                )
            )

        try:
            steps[name](note)
        except ViolationError as error:
            if name == "migrate":
                raise
            self._note(
                Measured(
                    candidate=name,
                    round=number,
                    calibration=loop,
                    memory=filling,
                    seconds=0,
                    cpu=Reading().cpu,
                    failure=str(error),
                )
            )

    def _rest(self) -> None:
        """After the filling, or another's turn, servers purge and flush for a while."""
        for place in filter(None, (self.place, self.rival)):
            place.meter.settle()

    def _note(self, measured: Measured) -> None:
        self.turns.append(measured)
        self.told(measured)

    def _migrate(self, note: Note) -> None:
        work = f"migrate-{len(self.turns)}"
        with self.place.empty_targets() as targets:
            done = migration.migrate(self.place, targets, work)
            note("migrate", done.reading, done.report.rows, done.phases)
        shutil.rmtree(self.place.folder / work)

    def _since(self, note: Note) -> None:
        work = f"since-{len(self.turns)}"
        with self.place.empty_targets() as targets:
            done = migration.migrate_since(self.place, targets, work)
            note("since", done.reading, done.report.rows, done.phases)
        shutil.rmtree(self.place.folder / work)

    def _floors(self, note: Note) -> None:
        note("read", floors.read(self.place))
        with self.place.empty_targets() as targets:
            note("copy", floors.copy(self.place, targets, self.files), floors.count(targets))
            note("post_data", floors.post_data(self.place, targets, self._sizes))

    def _duckdb(self, note: Note) -> None:
        with self.place.empty_targets() as targets:
            note("duckdb", others.duckdb(self.place, targets, self._sizes), floors.count(targets))

    def _pgloader(self, note: Note) -> None:
        assert self.rival
        with self.rival.empty_targets() as targets:
            note("pgloader", others.pgloader(self.rival, targets), floors.count(targets))


def calibration() -> float:
    """Seconds of a fixed piece of work on one core."""
    block, started = bytes(2**20), time.monotonic()
    for _ in range(_LOOPS):
        hashlib.sha256(block).digest()
    return time.monotonic() - started


def memory() -> float:
    """Seconds of getting and filling memory that this process did not have, on one core."""
    started = time.monotonic()
    for _ in range(_FILLINGS):
        bytearray(b"\1") * _FILLED
    return time.monotonic() - started


def _rotated(names: list[str], places: int) -> list[str]:
    start = places % len(names) if names else 0
    return names[start:] + names[:start]
