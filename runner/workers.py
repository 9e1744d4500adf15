"""Worker processes: a few that live as long as the run and take tasks from one queue.

Processes, because reading rows and building CSV is Python-bound. A task is a picklable callable that gets
its worker's `Context` (open connections, kept between tasks). The caller sees results as they finish and
may add tasks in answer, so that a chunk flows from export to stage without waiting for the others.
"""

from __future__ import annotations

import heapq
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import import_module
from itertools import count
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection as Pipe
from multiprocessing.connection import wait
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol

from runner import interruption, log
from runner.errors import ConvergenceError, ViolationError


@dataclass
class Context:
    """What one worker keeps between tasks, by the names the tasks give."""

    index: int
    kept: dict[str, Any] = field(default_factory=dict)

    def keep(self, name: str, make: Callable[[], Any]) -> Any:
        """The thing of that name, made on first use."""
        if name not in self.kept:
            self.kept[name] = make()
        return self.kept[name]

    def close(self) -> None:
        """Close everything that was kept."""
        for thing in self.kept.values():
            with suppress(Exception):
                thing.close()


class Task(Protocol):
    """Work for one worker: heavier `weight` first; `lane` binds it to one worker."""

    @property
    def weight(self) -> float:
        """How much work it is, in bytes or any other unit that the queue's tasks share."""

    @property
    def lane(self) -> int | None:
        """The only worker that can do it, None for any."""

    def __call__(self, context: Context) -> Any:
        """Do it, in the worker's process."""


@dataclass
class _Worker:
    index: int
    process: Any
    pipe: Pipe
    task: Task | None = None


class Pool:
    """A fixed number of worker processes; a context manager that leaves none behind.

    `preload` names modules that workers import at once, while the parent does something else.
    """

    def __init__(self, size: int, run_folder: Path, run_id: str, preload: Sequence[str] = ()) -> None:
        # spawn: a forked child would share sockets and locks with threads of its parent.
        self._context = multiprocessing.get_context("spawn")
        self._arguments = (run_folder, run_id, tuple(preload))
        self._workers = [self._start(index) for index in range(size)]

    def __enter__(self) -> Pool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for worker in self._workers:
            if kind is None:
                with suppress(OSError):
                    worker.pipe.send(None)
            else:
                worker.process.terminate()
        for worker in self._workers:
            worker.process.join(10)
            if worker.process.is_alive():
                worker.process.kill()
                worker.process.join()
            worker.pipe.close()

    def __len__(self) -> int:
        return len(self._workers)

    def broadcast(self, task: Callable[[Context], Any], only: Sequence[int] | None = None) -> list[Any]:
        """Run the same work on every worker (or on those named) and return their results in order."""
        workers = [worker for worker in self._workers if only is None or worker.index in only]
        for worker in workers:
            self._send(worker, task)
        return [self._receive(worker) for worker in workers]

    def run(
        self,
        tasks: Iterable[Task],
        on_result: Callable[[Task, Any], Iterable[Task]],
        on_start: Callable[[Task], None] = lambda task: None,
        afterwards: Callable[[Task, Any], None] = lambda task, result: None,
    ) -> None:
        """Run tasks, heaviest first, until none is left; `on_result` may return further tasks.

        A worker waits for `on_result` of what it has done; `afterwards` is told the same when every worker has its
        next task, so what takes time belongs there. The first error ends the run and is raised here; tasks under way
        on other workers are abandoned when the pool is left.
        """
        order = count()
        queue = [(-task.weight, next(order), task) for task in tasks]
        heapq.heapify(queue)
        done: list[tuple[Task, Any]] = []
        while True:
            self._assign(queue, on_start)
            for task, result in done:
                afterwards(task, result)
            busy = [worker for worker in self._workers if worker.task]
            if not busy:
                return
            ready = wait([worker.pipe for worker in busy])
            done = [self._done(worker) for worker in busy if worker.pipe in ready]
            for task, result in done:
                for further in on_result(task, result):
                    heapq.heappush(queue, (-further.weight, next(order), further))

    def _done(self, worker: _Worker) -> tuple[Task, Any]:
        task, worker.task = worker.task, None
        assert task is not None
        return task, self._receive(worker)

    def _assign(self, queue: list[tuple[float, int, Task]], on_start: Callable[[Task], None]) -> None:
        for worker in self._workers:
            if worker.task is not None:
                continue
            passed = []
            while queue:
                entry = heapq.heappop(queue)
                if entry[2].lane in (None, worker.index):
                    worker.task = entry[2]
                    self._send(worker, worker.task)
                    on_start(worker.task)
                    break
                passed.append(entry)
            for entry in passed:
                heapq.heappush(queue, entry)

    def _start(self, index: int) -> _Worker:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(
            target=_serve,
            args=(index, theirs, os.getpid(), *self._arguments),
            name=f"worker-{index}",
            daemon=True,
        )
        # Ctrl-C reaches the whole group: a worker that still imports would end with a traceback of its own.
        resource_tracker.ensure_running()
        former = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, former)
        theirs.close()
        return _Worker(index, process, ours)

    @staticmethod
    def _send(worker: _Worker, task: Callable[[Context], Any]) -> None:
        try:
            worker.pipe.send(task)
        except OSError:
            raise _gone(worker) from None

    @staticmethod
    def _receive(worker: _Worker) -> Any:
        try:
            result, error = worker.pipe.recv()
        except (EOFError, OSError):
            raise _gone(worker) from None
        if error is not None:
            raise error
        return result


def _gone(worker: _Worker) -> ViolationError:
    worker.process.join(5)
    return ViolationError(
        f"worker {worker.index} ended unexpectedly (exit {worker.process.exitcode}); memory or a signal? run again"
    )


def _serve(index: int, pipe: Pipe, parent: int, run_folder: Path, run_id: str, preload: tuple[str, ...]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the parent, which ends its workers
    interruption.die_with(parent)
    log.configure(run_folder, run_id, console=False)
    context = Context(index)
    for module in preload:
        import_module(module)
    try:
        while True:
            task = pipe.recv()
            if task is None:
                break
            pipe.send(_attempt(task, context))
    except (EOFError, OSError):
        pass
    finally:
        context.close()
    # Nothing is left to be written, and taking the interpreter apart would keep the run waiting.
    os._exit(0)


def _attempt(task: Callable[[Context], Any], context: Context) -> tuple[Any, ConvergenceError | None]:
    try:
        return task(context), None
    except ConvergenceError as error:
        return None, error
    except Exception as error:  # noqa: BLE001 - a worker must answer; its traceback could quote values
        frame = error.__traceback__
        while frame and frame.tb_next:
            frame = frame.tb_next
        where = f"{Path(frame.tb_frame.f_code.co_filename).name}:{frame.tb_lineno}" if frame else "?"
        return None, ViolationError(
            f"{type(task).__name__}: {type(error).__name__} at {where}; this is a fault of the tool"
        )
