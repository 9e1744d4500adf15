"""CPU and memory of process trees, read from the kernel: those that move rows, the source's, the target's.

A process that ended leaves its CPU with its parent, so a tree's sum misses nothing while its root lives.
"""

from __future__ import annotations

import os
import resource
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.record import Cpu, Phase

PAUSE = 0.3
_PATIENCE, _LULL = 60.0, 1.0
_IDLE = 0.05  # of a core
_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Look:
    """CPU until a moment, in seconds since the epoch."""

    at: float
    cpu: Cpu


@dataclass
class Reading:
    """What some work cost; complete when the work is done."""

    seconds: float = 0.0
    cpu: Cpu = field(default_factory=Cpu)
    peak_bytes: int | None = None
    looks: list[Look] = field(default_factory=list)
    code: int = 0

    def __add__(self, other: Reading) -> Reading:
        peaks = [peak for peak in (self.peak_bytes, other.peak_bytes) if peak is not None]
        return Reading(self.seconds + other.seconds, self.cpu + other.cpu, max(peaks, default=None))

    def between(self, name: str, begin: float, seconds: float) -> Phase:
        """A stretch of the work, its CPU interpolated between the looks around its ends."""
        return Phase(name=name, seconds=seconds, cpu=self._cpu_at(begin + seconds).since(self._cpu_at(begin)))

    def _cpu_at(self, moment: float) -> Cpu:
        before = max((look for look in self.looks if look.at <= moment), key=lambda look: look.at, default=None)
        after = min((look for look in self.looks if look.at > moment), key=lambda look: look.at, default=None)
        if before is None or after is None:
            found = before or after
            return found.cpu if found else Cpu()
        share = (moment - before.at) / (after.at - before.at)
        spent = after.cpu.since(before.cpu)
        parts = ("client", "source", "target")
        return before.cpu + Cpu(**{part: getattr(spent, part) * share for part in parts})


@dataclass(frozen=True)
class Meter:
    """Looks at the two servers, by the ids of their first processes."""

    source: int
    target: int

    def settle(self) -> None:
        """Wait until both servers have done what they still had to do after earlier work; a minute at most."""
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end:
            before = self._now(own=False)
            time.sleep(_LULL)
            spent = self._now(own=False).since(before)
            if spent.source + spent.target < _IDLE * _LULL:
                return

    @contextmanager
    def here(self) -> Iterator[Reading]:
        """Measures work of this process and of the children that it starts and waits for meanwhile."""
        reading, began, before = Reading(), time.monotonic(), self._now()
        yield reading
        reading.seconds = time.monotonic() - began
        reading.cpu = self._now().since(before)

    def command(
        self,
        command: Sequence[str | Path],
        *,
        environment: Mapping[str, str],
        folder: Path,
        log: Path,
        given: bytes = b"",
    ) -> Reading:
        """Measures a command until it ends; it reads `given` and prints into `log`."""
        reading, ended = Reading(peak_bytes=0), threading.Event()
        began, before = time.monotonic(), self._now(own=False)
        with log.open("ab") as out:
            process = subprocess.Popen(
                command, cwd=folder, env=dict(environment), stdin=subprocess.PIPE, stdout=out, stderr=out
            )
            watcher = threading.Thread(target=self._watch, args=(process.pid, reading, ended))
            watcher.start()
            try:
                process.communicate(given)
            finally:
                process.kill()
                process.wait()
                reading.seconds = time.monotonic() - began
                ended.set()
                watcher.join()
        reading.cpu = self._now(own=False).since(before)
        reading.code = process.returncode
        return reading

    def _now(self, *, own: bool = True) -> Cpu:
        children = resource.getrusage(resource.RUSAGE_CHILDREN)
        client = children.ru_utime + children.ru_stime + (time.process_time() if own else 0.0)
        return self._cpu(_processes(), client)

    def _watch(self, root: int, reading: Reading, ended: threading.Event) -> None:
        while True:
            processes = _processes()
            tree = _tree(processes, root)
            if tree:
                reading.looks.append(Look(time.time(), self._cpu(processes, _spent(processes, tree))))
                reading.peak_bytes = max(reading.peak_bytes or 0, sum(map(_share_of_memory, tree)))
            if ended.wait(PAUSE):
                return

    def _cpu(self, processes: Mapping[int, _Process], client: float) -> Cpu:
        return Cpu(
            client=client,
            source=_spent(processes, _tree(processes, self.source)),
            target=_spent(processes, _tree(processes, self.target)),
        )


@dataclass(frozen=True, slots=True)
class _Process:
    parent: int
    ticks: int


def _processes() -> dict[int, _Process]:
    found = {}
    for entry in os.listdir("/proc"):  # noqa: PTH208 - asked several times a second
        if entry.isdecimal():
            try:
                text = Path("/proc", entry, "stat").read_bytes()
            except OSError:  # it ended meanwhile
                continue
            # After the name, which may hold anything: state, parent, …, then four kinds of time.
            fields = text.rpartition(b")")[2].split()
            found[int(entry)] = _Process(int(fields[1]), sum(map(int, fields[11:15])))
    return found


def _tree(processes: Mapping[int, _Process], root: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for pid, process in processes.items():
        children.setdefault(process.parent, []).append(pid)
    tree = [root] if root in processes else []
    for pid in tree:
        tree += children.get(pid, [])
    return tree


def _spent(processes: Mapping[int, _Process], tree: Sequence[int]) -> float:
    return sum(processes[pid].ticks for pid in tree) / _TICK


def _share_of_memory(pid: int) -> int:
    try:
        lines = Path("/proc", str(pid), "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)
