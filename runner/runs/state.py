"""What a run has done so far, noted as it happens, so that a killed run goes on where it stood.

`work/<run_id>/state.sqlite` holds the task with its options, the phases that ended, and the plan of the export
with every finished file. A note is one synced transaction of constant size. What has arrived on a target is
noted there, in the transaction that brings it (`landing`, `build` and `publication` in `runner.postgres`), so that
neither side can know of something that the other one lost.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from runner import manifest
from runner.errors import UsageError, ViolationError
from runner.exports.chunks import Chunk
from runner.run import Run, all_runs
from runner.runs import report

NAME = "state.sqlite"
_TABLES = """
CREATE TABLE IF NOT EXISTS task (
    number INTEGER PRIMARY KEY CHECK (number = 1), options TEXT NOT NULL, finished INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS phase (name TEXT PRIMARY KEY, content TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS snapshot (system TEXT PRIMARY KEY, content TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS chunk (
    system TEXT NOT NULL, path TEXT NOT NULL, basis TEXT NOT NULL, plan TEXT NOT NULL, file TEXT,
    PRIMARY KEY (system, path)
);
"""


@dataclass(frozen=True, slots=True)
class Options:
    """What a person asked for: a resumed run goes on with the same.

    `endpoints` names each system's source and target without credentials: going on with others would mix data.
    """

    task: str
    phases: tuple[str, ...]
    systems: tuple[str, ...]
    tables: tuple[str, ...]
    replace: bool
    full: bool
    endpoints: Mapping[str, tuple[str, str]]
    with_fk_indexes: bool = False


class State:
    """The notes of one run; for the process that conducts it, from any of its threads."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME

    def begin(self, options: Options) -> None:
        """A task begins, or goes on."""
        self._note("REPLACE INTO task VALUES (1, ?, 0)", (json.dumps(asdict(options)),))

    def finish(self, task: str) -> None:
        """A task came to its good end; of another one than the run began with nothing is noted."""
        if self.options and self.options.task == task:
            self._note("UPDATE task SET finished = 1", ())

    @property
    def options(self) -> Options | None:
        """The task's options, None when none ever began."""
        rows = self._read("SELECT options FROM task")
        if not rows:
            return None
        found = json.loads(rows[0][0])
        for name in ("phases", "systems", "tables"):
            found[name] = tuple(found[name])
        found["endpoints"] = {system: (places[0], places[1]) for system, places in found["endpoints"].items()}
        return Options(**found)

    @property
    def finished(self) -> bool:
        """Whether the task came to its good end."""
        return bool(self._read("SELECT 1 FROM task WHERE finished = 1"))

    def end_phase(self, phase: report.Phase) -> None:
        """A phase ended; one of the same name before is forgotten."""
        self._note("REPLACE INTO phase VALUES (?, ?)", (phase.name, phase.model_dump_json()))

    @property
    def phases(self) -> list[report.Phase]:
        """The phases that ended, in order of their start."""
        found = [report.Phase.model_validate_json(row[0]) for row in self._read("SELECT content FROM phase")]
        return sorted(found, key=lambda phase: str(phase.started_at))

    def plan(self, system: str, basis: str, chunks: Iterable[Chunk]) -> None:
        """The chunks of a system's export; files of an earlier plan are forgotten.

        `basis` is the fingerprint of the mappings that say how rows become files.
        """
        with self._transaction() as connection:
            connection.execute("DELETE FROM chunk WHERE system = ?", (system,))
            connection.executemany(
                "INSERT INTO chunk VALUES (?, ?, ?, ?, NULL)",
                [(system, chunk.path, basis, json.dumps(asdict(chunk))) for chunk in chunks],
            )

    def planned(self, system: str, basis: str) -> list[tuple[Chunk, manifest.File | None]]:
        """The chunks of a system in order, each with its file when it was finished; none on another basis."""
        query = "SELECT plan, file FROM chunk WHERE system = ? AND basis = ? ORDER BY path"
        rows = self._read(query, (system, basis))
        return [
            (Chunk(**json.loads(plan)), manifest.File.model_validate_json(file) if file else None)
            for plan, file in rows
        ]

    def show(self, system: str, snapshot: manifest.Snapshot) -> None:
        """The moment that all files of a system show, those of a former attempt included."""
        self._note("REPLACE INTO snapshot VALUES (?, ?)", (system, snapshot.model_dump_json()))

    def shown(self, system: str) -> manifest.Snapshot | None:
        """The moment that the finished files of a system show."""
        rows = self._read("SELECT content FROM snapshot WHERE system = ?", (system,))
        return manifest.Snapshot.model_validate_json(rows[0][0]) if rows else None

    def exported(self, system: str, file: manifest.File) -> None:
        """A chunk's file is complete."""
        self._note(
            "UPDATE chunk SET file = ? WHERE system = ? AND path = ?", (file.model_dump_json(), system, file.path)
        )

    def forget(self, system: str, path: str) -> None:
        """A chunk's file no longer holds; it is to be written again."""
        self._note("UPDATE chunk SET file = NULL WHERE system = ? AND path = ?", (system, path))

    def _note(self, statement: str, values: tuple[object, ...]) -> None:
        with self._transaction() as connection:
            connection.execute(statement, values)

    def _read(self, query: str, values: tuple[object, ...] = ()) -> list[tuple[str, ...]]:
        if not self._path.is_file():
            return []
        with self._transaction() as connection:
            return connection.execute(query, values).fetchall()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        try:
            os.close(os.open(self._path, os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW, 0o600))
            with closing(sqlite3.connect(self._path, timeout=30)) as connection, connection:
                connection.execute("PRAGMA synchronous = FULL")
                connection.executescript(_TABLES)
                yield connection
        except (sqlite3.OperationalError, OSError) as error:
            raise ViolationError(
                f"{self._path}: {getattr(error, 'strerror', None) or error}; make room, then `./inv migrate --resume`"
            ) from None
        except sqlite3.Error as error:
            raise ViolationError(f"{self._path} is damaged: {error}; start a new run with `./inv migrate`") from None


def unfinished(work_dir: Path) -> Run:
    """The last run whose task can go on; UsageError when the last one came to its end."""
    for run in reversed(all_runs(work_dir)):
        state = State(run.folder)
        if state.options and state.options.task == "migrate":
            if state.finished:
                raise ended(run)
            return run
    raise UsageError(f"no run in {work_dir} waits to be resumed: `./inv migrate` starts a new one")


def ended(run: Run) -> UsageError:
    """The error of who would resume a run that is at its end."""
    return UsageError(
        f"run {run.run_id} came to its end, there is nothing to resume: `./inv status` shows it, "
        "`./inv migrate` starts a new one"
    )
