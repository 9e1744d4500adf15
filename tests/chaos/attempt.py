"""One `./inv` under fire: its process, what it says, how far it came, and what it leaves."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import psutil  # type: ignore[import-untyped, unused-ignore]

from runner.runs.state import State
from runner.systems import ROOT
from tests.chaos.strikes import ORDER
from tests.integration.deployment import Deployment

END_SECONDS = 120
_PAUSE = 0.02


class ChaosError(Exception):
    """A promise was broken."""


@dataclass
class Attempt:
    """One `./inv` in its own process group, watched by its log."""

    process: Any
    popen: subprocess.Popen[bytes]
    deployment: Deployment
    output: IO[bytes]
    seen: dict[Path, int]
    family: set[Any] = field(default_factory=set)

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self.popen.poll() is None

    @property
    def began(self) -> bool:
        """Whether a run is there to be resumed: one that was struck before it noted its options is not."""
        return any(one.options for one in self._states())

    @property
    def finished(self) -> bool:
        """Whether the run had come to its good end: a process can be killed when only its own end is left."""
        return any(one.finished for one in self._states())

    @property
    def told(self) -> str:
        """What it said on standard error, its launcher's words left out."""
        self.output.seek(0)
        lines = self.output.read().decode(errors="replace").splitlines()
        return "\n".join(line for line in lines if not line.startswith("inv: "))

    def reaches(self, phase: str) -> bool:
        """Wait until that phase or a later one begins; False when the process ends before."""
        wanted = ORDER[ORDER.index(phase) :]
        while self.alive:
            self.look()
            if phase == ORDER[0] or any(one in wanted for one in self._phases()):
                return True
            time.sleep(_PAUSE)
        return False

    def look(self) -> None:
        """Remember the descendants there are now."""
        with suppress(psutil.NoSuchProcess):
            self.family.update(self.process.children(recursive=True))

    def end(self) -> int:
        """The exit code; ChaosError when there is none in time."""
        end = time.monotonic() + END_SECONDS
        while self.alive:
            self.look()
            if time.monotonic() > end:
                raise ChaosError(f"no end after {END_SECONDS} s")
            time.sleep(_PAUSE * 5)
        return int(self.popen.returncode)

    def orphans(self) -> list[Any]:
        """Descendants that outlive the process."""
        return [one for one in self.family if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]

    def _states(self) -> Iterator[State]:
        return (State(notes.parent) for notes in self.deployment.work.glob("*/state.sqlite"))

    def _phases(self) -> Iterator[str]:
        for path in self.deployment.work.glob("*/log.jsonl"):
            with path.open("rb") as file:
                file.seek(self.seen.get(path, 0))
                for line in file.read().splitlines():
                    with suppress(json.JSONDecodeError):
                        event = json.loads(line)
                        if event["event"] == "phase" and event["outcome"] == "started":
                            yield event["phase"]


@contextmanager
def attempt(deployment: Deployment, arguments: Sequence[str]) -> Iterator[Attempt]:
    """Start `./inv` and make sure that it is gone at the end."""
    deployment.work.mkdir(exist_ok=True)
    seen = {path: path.stat().st_size for path in deployment.work.glob("*/log.jsonl")}
    with (deployment.work / "stderr").open("w+b") as output:
        popen = subprocess.Popen(
            ["./inv", *arguments],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], "HOME": os.environ["HOME"], **deployment.settings},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=output,
            start_new_session=True,
        )
        try:
            yield Attempt(psutil.Process(popen.pid), popen, deployment, output, seen)
        finally:
            popen.kill()
            popen.wait()
