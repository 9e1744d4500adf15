"""Phase load: landed rows become the complete new database in schema build.

The baseline makes empty tables, dbt's models fill them from landing, Postgres validates every constraint
of the baseline on the filled tables, sequences continue after the largest value. Tables go in waves: a wave is filled,
keyed and analyzed as soon as enough has landed, while other tables are still moved, and a wave is keyed while the
next one is filled. So neither one large insert nor dbt, which takes one command after the other, leaves a core idle.

A run since an earlier one, whose build is still there and proved, has less to do: it exchanges the rows that changed.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from functools import cached_property
from time import monotonic

from runner import dbt, log, mapping, rules
from runner.errors import ModelError, UsageError
from runner.mapping import TableMapping
from runner.postgres import build, fk_indexes, renewal
from runner.postgres.baseline import Statement
from runner.quantity import counted
from runner.run import Run
from runner.runs import inheritance
from runner.settings import Address
from runner.stretch import Stretch
from runner.systems import BUILD, System

PHASE = "load"
_BYTES, _TABLES = 64_000_000, 20
"""Of CSV and of tables, either of which makes a wave: a command of dbt costs two tenths of a second in itself."""
_THREADS = 2


@dataclass
class Loader:
    """The phase for one system: `landed` for each table that arrives, `finish` for all, and `close` in any case.

    When `mappings` is not all that the system has, only those tables are filled, and no constraint is added:
    references would point to rows that are not there. Such a build can be looked at, not published. `with_fk_indexes`
    adds the indexes that foreign keys lack in the baseline. `earlier` is the run whose chunks were taken over.
    """

    run: Run
    system: System
    where: Address
    mappings: Mapping[str, TableMapping]
    engine: dbt.Engine
    jobs: int
    with_fk_indexes: bool = False
    earlier: Run | None = None
    _whole: bool = field(init=False)
    _beyond: list[Statement] = field(init=False)
    _prepared: bool = field(default=False, init=False)
    _waiting: dict[str, int] = field(default_factory=dict, init=False)
    _waves: dict[tuple[str, ...], Future[None]] = field(default_factory=dict, init=False)
    _filled: list[dbt.NodeResult] = field(default_factory=list, init=False)
    _constraints: list[Stretch] = field(default_factory=list, init=False)
    _exchanged: dict[str, int] | None = field(default=None, init=False)
    _threads: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(_THREADS), init=False)
    _dbt: threading.Lock = field(default_factory=threading.Lock, init=False)

    def __post_init__(self) -> None:
        self._whole = set(self.mappings) == set(mapping.of_system(self.system, rules.read()))
        missing = fk_indexes.missing(self.system.target_catalog) if self.with_fk_indexes else []
        self._beyond = [one.statement for one in missing]

    def landed(self, table: str, size: int) -> None:
        """Take note that all rows of a table, `size` bytes of CSV, are in landing."""
        if self._renewable:
            return
        self._waiting[table] = size
        if sum(self._waiting.values()) >= _BYTES or len(self._waiting) >= _TABLES:
            self._begin(self._waiting)
            self._waiting = {}

    def finish(self) -> None:
        """Load what is left and keep the result; ConvergenceError names what stopped it."""
        staged = self.run.read_result("stage", self.system.name)["tables"]
        unstaged = set(self.mappings) - set(staged)
        if unstaged:
            raise UsageError(
                f"run {self.run.run_id} staged no {self.system.name}.{min(unstaged)}: add --table, or stage it first"
            )
        sizes = {table: int(staged[table]["bytes"]) for table in self.mappings}
        if not self._renew(sizes):
            self._fill(sizes)
        sequences = build.set_sequences(self.system, self.where)
        self._keep(sequences)
        if self._whole:
            build.complete(self.where, self.run.run_id)

    def close(self, *, at_once: bool = False) -> None:
        """Wait until nothing is loaded any more; waves that were not begun are left, with `at_once` dbt is ended."""
        if at_once:
            self.engine.kill()
        self._threads.shutdown(cancel_futures=True)

    @cached_property
    def _renewable(self) -> bool:
        """Whether the earlier run left a build whose rows need only be exchanged where they changed."""
        if not self.earlier or not self._whole:
            return False
        indexed = self.with_fk_indexes
        return inheritance.left_build(self.earlier, self.system, with_fk_indexes=indexed) and renewal.is_standing(
            self.system, self.where, self.earlier.run_id, with_fk_indexes=indexed
        )

    def _renew(self, sizes: Mapping[str, int]) -> bool:
        """Exchange the rows that changed in the earlier run's build; False when everything has to be filled.

        ViolationError tells rows that break a constraint which is validated again. One that stands names no rows when
        it refuses some: then everything is filled, and told with the keys if it is true.
        """
        if not self.earlier or not self._renewable:
            return False
        stale = inheritance.stale(self.earlier, self.run, self.system, self.mappings)
        if stale is None:
            return False
        self.run.drop_result("verify", self.system.name)
        room = renewal.make_room(self.system, self.where, self.earlier.run_id, self.mappings, stale)
        logger = log.bound(phase=PHASE, system=self.system.name)
        if stale:
            try:
                self._filled += self.engine.run(BUILD, sorted(stale), room.lacking, room.replaced)
            except ModelError as error:
                logger.warning("renewal", outcome=f"everything is filled anew: {error}", since=self.earlier.run_id)
                return False
            build.analyze(self.where, stale, self.jobs)
            self._constraints += build.add_foreign_keys(self.system, self.where, sizes, self.jobs, room.unproved)
        self._exchanged = {table: len(ranges) for table, ranges in stale.items()}
        logger.info("renewal", outcome=self.renewed, since=self.earlier.run_id)
        return True

    @property
    def renewed(self) -> str:
        """What was exchanged in the earlier run's build, told to a person; empty when everything was filled."""
        if not self._exchanged:
            return "" if self._exchanged is None else "nothing had changed"
        ranges = counted(sum(self._exchanged.values()), "range")
        return f"{ranges} of {counted(len(self._exchanged), 'table')} exchanged"

    def _fill(self, sizes: Mapping[str, int]) -> None:
        """Load what is left, and add the foreign keys."""
        ahead = len(self._waves)
        self._load_rest(sizes)
        if ahead and any(future.exception() for future in self._waves.values()):
            # The target may have restarted since. A fault of the data shows again, and is told then.
            log.bound(phase=PHASE, system=self.system.name).warning("wave", outcome="all begun anew")
            self._prepared = False
            for known in (self._filled, self._constraints, self._waves):
                known.clear()
            self._load_rest(sizes)
        for future in self._waves.values():
            future.result()
        if self._whole:
            with self._timed("foreign keys"):
                unfilled = dict.fromkeys(self.system.target_catalog.tables.keys() - sizes.keys(), 0)
                self._constraints += build.add_keys(self.system, self.where, unfilled, self.jobs)
                self._constraints += build.add_foreign_keys(self.system, self.where, sizes, self.jobs)

    def _load_rest(self, sizes: Mapping[str, int]) -> None:
        """Two waves of what is in none yet, largest first, and wait for all."""
        begun = {table for wave in self._waves for table in wave}
        rest = sorted(sizes.keys() - begun, key=lambda table: -sizes[table])
        half = -(-len(rest) // 2)
        for tables in (rest[:half], rest[half:]):
            if tables:
                self._begin({table: sizes[table] for table in tables})
        for future in self._waves.values():
            future.exception()

    def _begin(self, sizes: Mapping[str, int]) -> None:
        self._waves[tuple(sizes)] = self._threads.submit(self._load, dict(sizes))

    def _load(self, sizes: Mapping[str, int]) -> None:
        with self._timed(f"{len(sizes)} tables"):
            with self._dbt:
                self._prepare()
                self._filled += self.engine.run(BUILD, sorted(sizes))
            if self._whole:
                self._constraints += build.add_keys(self.system, self.where, sizes, self.jobs, self._beyond)
            build.analyze(self.where, sizes, self.jobs)

    def _prepare(self) -> None:
        if self._prepared:
            return
        # What was proved of an earlier build says nothing of this one.
        self.run.drop_result("verify", self.system.name)
        build.prepare(self.system, self.where)
        self._prepared = True

    def _keep(self, sequences: Mapping[str, int]) -> None:
        self.run.write_result(
            PHASE,
            self.system.name,
            {
                "tables": {one.table: {"started_at": one.started_at, "seconds": one.seconds} for one in self._filled},
                "constraints": [asdict(one) for one in self._constraints],
                "sequences": sequences,
                "complete": self._whole,
                "fk_indexes": self.with_fk_indexes,
                "export": self.run.read_result("stage", self.system.name).get("export"),
                "exchanged": self._exchanged,
            },
        )

    @contextmanager
    def _timed(self, what: str) -> Iterator[None]:
        started = monotonic()
        yield
        seconds = round(monotonic() - started, 3)
        log.bound(phase=PHASE, system=self.system.name).info("wave", outcome=what, seconds=seconds)
