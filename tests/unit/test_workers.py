"""Worker processes: order, lanes, further tasks, and that no failure leaves a process behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from multiprocessing import active_children
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped, unused-ignore]
import pytest

from runner.errors import RefusalError, UsageError, Violation, ViolationError
from runner.systems import ROOT
from runner.workers import Context, Pool, Task

SECRET = "value of a row"


@dataclass(frozen=True)
class Say:
    """Returns what it was given, with the worker that did it, after some seconds."""

    what: Any
    weight: float = 1.0
    lane: int | None = None
    seconds: float = 0.0

    def __call__(self, context: Context) -> tuple[Any, int, int]:
        time.sleep(self.seconds)
        return self.what, context.index, os.getpid()


@dataclass(frozen=True)
class Fail(Say):
    """Raises what it was given."""

    def __call__(self, context: Context) -> Any:
        raise self.what


@dataclass(frozen=True)
class Die(Say):
    """Ends its process by a signal, or in the middle of an answer that cannot be sent."""

    def __call__(self, context: Context) -> Any:
        if self.what is not None:
            os.kill(os.getpid(), self.what)
            time.sleep(60)
        return lambda: None


class Kept:
    """Something that writes its name when it is closed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.uses = 0

    def close(self) -> None:
        self.path.write_text(f"closed after {self.uses}")


@dataclass(frozen=True)
class Keep(Say):
    """Uses a thing that its worker keeps."""

    def __call__(self, context: Context) -> Any:
        kept: Kept = context.keep("thing", lambda: Kept(self.what / f"{context.index}"))
        kept.uses += 1
        return kept.uses


@dataclass
class BadClose:
    """Something whose closing fails."""

    def close(self) -> None:
        raise OSError


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pool]:
    with Pool(2, tmp_path_factory.mktemp("run"), "run") as pool:
        yield pool


def done(pool: Pool, tasks: Iterable[Task]) -> list[tuple[Any, Any]]:
    results: list[tuple[Any, Any]] = []

    def note(task: Task, result: Any) -> list[Task]:
        results.append((task, result))
        return []

    pool.run(tasks, note)
    return results


def test_every_task_is_done_once(pool: Pool) -> None:
    tasks = [Say(number) for number in range(20)]
    results = done(pool, tasks)
    assert sorted(result[0] for _, result in results) == list(range(20))
    assert all(task.what == result[0] for task, result in results)
    assert {result[1] for _, result in results} <= {0, 1}
    assert os.getpid() not in {result[2] for _, result in results}


def test_nothing_to_do(pool: Pool) -> None:
    assert done(pool, []) == []
    assert len(pool) == 2


def test_heaviest_first(pool: Pool) -> None:
    started: list[float] = []
    weights = [3.0, 9.0, 1.0, 7.0, 5.0]
    pool.run([Say("x", weight) for weight in weights], lambda *_: [], lambda task: started.append(task.weight))
    assert started == sorted(weights, reverse=True)


def test_equal_weights_in_the_order_given(pool: Pool) -> None:
    started: list[Any] = []
    pool.run([Say(number, lane=0) for number in range(5)], lambda *_: [], started.append)
    assert [task.what for task in started] == [0, 1, 2, 3, 4]


def test_a_lane_binds_tasks_to_one_worker(pool: Pool) -> None:
    tasks = [Say(lane, weight=9, lane=lane) for lane in (1, 1, 0, 1)] + [Say(None) for _ in range(4)]
    results = done(pool, tasks)
    assert len(results) == 8
    assert all(task.lane in (None, result[1]) for task, result in results)


def test_a_busy_lane_does_not_stop_the_others(pool: Pool) -> None:
    started: list[Any] = []
    tasks = [Say("first", 9, lane=0, seconds=0.3), Say("second", 8, lane=0), Say("free", 1)]
    pool.run(tasks, lambda *_: [], started.append)
    assert [task.what for task in started] == ["first", "free", "second"]


def test_results_bring_further_tasks(pool: Pool) -> None:
    seen: list[Any] = []

    def more(task: Task, result: Any) -> list[Task]:
        seen.append(result[0])
        return [Say(result[0] - 1, weight=1e9), Say(0)] if result[0] > 1 else []

    pool.run([Say(4), Say(1)], more)
    assert sorted(seen) == [0, 0, 0, 1, 1, 2, 3, 4]


def test_further_tasks_go_first_when_they_are_heavier(pool: Pool) -> None:
    started: list[Any] = []
    first = [Say(f"export {number}", 10 - number, lane=0) for number in range(3)]

    def more(task: Task, result: Any) -> list[Task]:
        return [Say("stage", 100, lane=0)] if result[0] == "export 0" else []

    pool.run(first, more, started.append)
    assert [task.what for task in started] == ["export 0", "stage", "export 1", "export 2"]


def test_what_is_done_is_told_of_while_its_worker_does_the_next(pool: Pool) -> None:
    events: list[Any] = []
    tasks = [Say(number, lane=0) for number in range(3)]
    pool.run(
        tasks, lambda *_: [], lambda _: events.append("next"), lambda _, result: events.append(f"{result[0]} done")
    )
    assert events == ["next", "next", "0 done", "next", "1 done", "2 done"]


def test_the_same_work_on_every_worker(pool: Pool) -> None:
    everywhere = pool.broadcast(Say("x"))
    assert [result[1] for result in everywhere] == [0, 1]
    assert len({result[2] for result in everywhere}) == 2
    assert [result[1] for result in pool.broadcast(Say("x"), only=[1])] == [1]


def test_workers_take_no_notice_of_ctrl_c(pool: Pool) -> None:
    (before, _) = pool.broadcast(Say("x"))
    os.kill(before[2], signal.SIGINT)
    time.sleep(0.05)
    assert pool.broadcast(Say("x"))[0][2] == before[2]


def test_what_a_worker_keeps_is_closed_at_the_end(tmp_path: Path) -> None:
    with Pool(1, tmp_path, "run") as pool:
        assert [result for _, result in done(pool, [Keep(tmp_path)] * 3)] == [1, 2, 3]
        pids = [result[2] for result in pool.broadcast(Say("x"))]
        assert not (tmp_path / "0").exists()
    assert (tmp_path / "0").read_text() == "closed after 3"
    assert_gone(pids)


def test_one_thing_that_cannot_be_closed_does_not_stop_the_others(tmp_path: Path) -> None:
    context = Context(0)
    context.keep("bad", BadClose)
    context.keep("no closing", object)
    kept = context.keep("good", lambda: Kept(tmp_path / "good"))
    assert context.keep("good", BadClose) is kept
    context.close()
    assert (tmp_path / "good").exists()


VIOLATION = Violation("toy", "t", "c", "kind", 3, "rule", ("k",))


@pytest.mark.parametrize(
    "error",
    [ViolationError("it differs", [VIOLATION]), RefusalError("not here", [VIOLATION]), UsageError("not so")],
    ids=lambda error: type(error).__name__,
)
def test_an_error_of_ours_arrives_whole(pool: Pool, error: Exception) -> None:
    with pytest.raises(type(error)) as caught:
        pool.broadcast(Fail(error), only=[0])
    assert str(caught.value) == str(error)
    assert getattr(caught.value, "violations", None) == getattr(error, "violations", None)
    assert pool.broadcast(Say("still there"), only=[0])[0][0] == "still there"


@pytest.mark.parametrize("error", [KeyError(SECRET), RuntimeError(SECRET), MemoryError(SECRET)])
def test_any_other_error_arrives_without_its_text(pool: Pool, error: Exception) -> None:
    with pytest.raises(ViolationError) as caught:
        pool.broadcast(Fail(error), only=[0])
    message = str(caught.value)
    assert message.startswith(f"Fail: {type(error).__name__} at test_workers.py:")
    assert SECRET not in message


def test_an_error_ends_the_run_and_every_worker(tmp_path: Path) -> None:
    with pytest.raises(ViolationError, match="it differs"), Pool(2, tmp_path, "run") as pool:
        pids = [result[2] for result in pool.broadcast(Say("x"))]
        started = time.monotonic()
        done(pool, [Say("long", 9, seconds=60), Fail(ViolationError("it differs")), Say("never", 0.1)])
    assert time.monotonic() - started < 20
    assert_gone(pids)


@pytest.mark.parametrize(("end", "code"), [(signal.SIGKILL, -9), (None, 1)])
def test_a_worker_that_is_gone_is_an_error(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], end: int | None, code: int
) -> None:
    with pytest.raises(ViolationError) as caught, Pool(2, tmp_path, "run") as pool:
        pids = [result[2] for result in pool.broadcast(Say("x"))]
        done(pool, [Say("long", 9, lane=0, seconds=60), Die(end, lane=1)])
    assert str(caught.value) == f"worker 1 ended unexpectedly (exit {code}); memory or a signal? run again"
    assert_gone(pids)
    capfd.readouterr()


def test_a_worker_that_is_gone_before_it_gets_work(tmp_path: Path) -> None:
    with (
        pytest.raises(ViolationError, match=r"worker 0 ended unexpectedly \(exit -9\)"),
        Pool(1, tmp_path, "run") as pool,
    ):
        pid = pool.broadcast(Say("x"))[0][2]
        os.kill(pid, signal.SIGKILL)
        while psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
            time.sleep(0.01)
        done(pool, [Say("x")])
    assert_gone([pid])


def test_workers_end_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    script = (
        "import sys, time\n"
        "from pathlib import Path\n"
        "from runner.workers import Pool\n"
        "from tests.unit.test_workers import Say\n"
        "if __name__ == '__main__':\n"
        f"    pool = Pool(2, Path({str(tmp_path)!r}), 'run')\n"
        "    print(*[result[2] for result in pool.broadcast(Say('x'))], flush=True)\n"
        "    pool.run([Say('x', seconds=600)], lambda *_: [])\n"
    )
    path = tmp_path / "parent.py"
    path.write_text(script)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen([sys.executable, str(path)], stdout=subprocess.PIPE, text=True, env=environment) as parent:
        assert parent.stdout is not None
        pids = [int(part) for part in parent.stdout.readline().split()]
        parent.kill()
    assert len(pids) == 2
    assert_gone(pids)


def assert_gone(pids: list[int]) -> None:
    # The pool waits for its workers; those of a killed parent are waited for here.
    _, alive = psutil.wait_procs([psutil.Process(pid) for pid in pids if psutil.pid_exists(pid)], timeout=10)
    assert not alive
    assert not {child.pid for child in active_children()} & set(pids)


def test_ctrl_c_does_not_reach_a_worker_that_still_imports(tmp_path: Path) -> None:
    with Pool(1, tmp_path, "run") as pool:
        status = Path(f"/proc/{pool._workers[0].process.pid}/status").read_text()
        blocked = next(int(line.split()[1], 16) for line in status.splitlines() if line.startswith("SigBlk:"))
        assert blocked & 1 << signal.SIGINT - 1
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, ())
