"""The notes of a run: complete after every one, private, and never those of another task or basis."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from runner.errors import UsageError, ViolationError
from runner.exports.chunks import Chunk
from runner.manifest import File, Snapshot
from runner.run import Run, create
from runner.runs import state
from runner.runs.report import Phase
from runner.runs.state import Options, State
from runner.systems import ROOT

CHUNKS = [Chunk("kratos", "identities", number, "id", None, "8", 10) for number in (1, 2)]
FILE = File(path="identities/0002.csv", rows=1, bytes=9, sha256="0" * 64, longest_line=9, digest="7")
SNAPSHOT = Snapshot(taken_at="2025-01-01T00:00:00", method="global read lock", position={"file": "b", "offset": "4"})


def options(task: str = "migrate") -> Options:
    return Options(
        task, ("check", "publish"), ("kratos",), (), False, True, {"kratos": ("mysql://s", "postgresql://t")}
    )


def test_what_was_noted_is_known_to_the_next_process(tmp_path: Path) -> None:
    first = State(tmp_path)
    first.begin(options())
    first.plan("kratos", "basis", CHUNKS)
    first.show("kratos", SNAPSHOT)
    first.exported("kratos", FILE)
    phase = Phase(name="check", status="succeeded", seconds=1.5, started_at=datetime(2025, 1, 1, tzinfo=UTC))
    first.end_phase(phase)
    second = State(tmp_path)
    assert second.options == options()
    assert second.planned("kratos", "basis") == [(CHUNKS[0], None), (CHUNKS[1], FILE)]
    assert second.shown("kratos") == SNAPSHOT
    assert second.phases == [phase]
    assert not second.finished
    second.forget("kratos", FILE.path)
    assert first.planned("kratos", "basis") == [(CHUNKS[0], None), (CHUNKS[1], None)]


def test_nothing_was_noted(tmp_path: Path) -> None:
    empty = State(tmp_path)
    assert (empty.options, empty.finished, empty.phases, empty.shown("kratos")) == (None, False, [], None)
    assert empty.planned("kratos", "basis") == []
    assert list(tmp_path.iterdir()) == []


def test_a_plan_on_another_basis_is_none(tmp_path: Path) -> None:
    notes = State(tmp_path)
    notes.plan("kratos", "basis", CHUNKS)
    assert notes.planned("kratos", "another rule") == []
    assert notes.planned("alkemio", "basis") == []
    notes.plan("kratos", "another rule", CHUNKS[:1])
    assert notes.planned("kratos", "basis") == []


def test_only_the_task_that_began_is_finished(tmp_path: Path) -> None:
    notes = State(tmp_path)
    notes.begin(options())
    notes.finish("verify")
    assert not notes.finished
    notes.finish("migrate")
    assert notes.finished
    notes.begin(options())
    assert not notes.finished


def test_a_process_killed_while_it_notes_leaves_whole_notes(tmp_path: Path) -> None:
    script = (
        "import sys\nfrom pathlib import Path\n"
        "from runner.exports.chunks import Chunk\nfrom runner.runs.state import State\n"
        "notes = State(Path(sys.argv[1]))\n"
        "for number in range(10**6):\n"
        "    notes.plan('kratos', 'basis', [Chunk('kratos', 't', n, None, None, None, number) for n in range(1, 51)])\n"
        "    print(number, flush=True)\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        for _ in range(20):
            told = int(process.stdout.readline())
        process.send_signal(signal.SIGKILL)
    found = [chunk.estimated_bytes for chunk, _ in State(tmp_path).planned("kratos", "basis")]
    assert len(found) == 50
    assert len(set(found)) == 1
    assert found[0] >= told


def test_notes_are_private(tmp_path: Path) -> None:
    former = os.umask(0)
    try:
        State(tmp_path).begin(options())
    finally:
        os.umask(former)
    assert (tmp_path / state.NAME).stat().st_mode & 0o777 == 0o600


def test_notes_that_cannot_be_written_say_so(tmp_path: Path) -> None:
    (tmp_path / state.NAME).write_bytes(b"no database, but long enough to be read as one" * 50)
    with pytest.raises(ViolationError, match=r"state\.sqlite is damaged: file is not a database; start a new run"):
        State(tmp_path).begin(options())
    with pytest.raises(ViolationError, match="No such file or directory; make room"):
        State(tmp_path / "missing").begin(options())


def begun(work: Path, task: str = "migrate", *, finished: bool = False) -> Run:
    made = create(work)
    notes = State(made.folder)
    notes.begin(options(task))
    if finished:
        notes.finish(task)
    return made


def test_the_last_unfinished_migration_waits(tmp_path: Path) -> None:
    begun(tmp_path, finished=True)
    begun(tmp_path)
    third = begun(tmp_path)
    begun(tmp_path, "check")
    (tmp_path / "saved-by-hand").mkdir()
    State(tmp_path / "saved-by-hand").begin(options())
    assert state.unfinished(tmp_path) == third


def test_no_migration_waits_behind_one_that_came_to_its_end(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="waits to be resumed"):
        state.unfinished(tmp_path)
    begun(tmp_path)
    last = begun(tmp_path, finished=True)
    with pytest.raises(UsageError, match=f"{last.run_id} came to its end, there is nothing to resume"):
        state.unfinished(tmp_path)
