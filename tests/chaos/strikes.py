"""What is struck, and when: drawn from a seed, so that a campaign can be repeated."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from random import Random

import psutil  # type: ignore[import-untyped, unused-ignore]

VICTIMS = (
    "runner",
    "worker",
    "dbt",
    "MySQL",
    "Postgres",
    "SIGTERM",
    "Ctrl-C",
    "MySQL connections",
    "Postgres connections",
)
# How long a phase takes on a quiet machine, in seconds; "start" is before the first one.
SECONDS = {"start": 2.0, "check": 0.4, "export": 0.4, "stage": 0.6, "load": 3.0, "verify": 2.0, "publish": 2.0}
ORDER = tuple(SECONDS)
_MARKS = {"worker": "multiprocessing.spawn", "dbt": "runner.dbt.worker"}


@dataclass(frozen=True, slots=True)
class Strike:
    """One victim, so many seconds after a phase began; `patient` lets a server come back only after the end."""

    victim: str
    phase: str
    delay: float
    patient: bool

    def __str__(self) -> str:
        return f"{self.victim} {self.delay:.2f} s into {self.phase}"


def drawn(seed: int, number: int) -> Iterator[Strike]:
    """The strikes of a campaign: every victim in turn, at moments of a seeded chance."""
    chance = Random(seed)
    victims: list[str] = []
    for _ in range(number):
        if not victims:
            victims = chance.sample(VICTIMS, len(VICTIMS))
        phase = chance.choice(ORDER)
        yield Strike(victims.pop(), phase, chance.uniform(0, SECONDS[phase]), chance.random() < 0.5)


def kill_child(runner: psutil.Process, victim: str) -> None:
    """End the runner's first living worker or dbt process; nothing happens when it has none now."""
    with suppress(psutil.NoSuchProcess):
        for child in runner.children(recursive=True):
            with suppress(psutil.NoSuchProcess):
                if _MARKS[victim] in " ".join(child.cmdline()):
                    child.kill()
                    return


def signal_runner(runner: psutil.Process, victim: str) -> None:
    """Send the runner what an orchestrator, a person at the keyboard or the kernel would."""
    with suppress(psutil.NoSuchProcess, ProcessLookupError):
        if victim == "Ctrl-C":
            os.killpg(runner.pid, signal.SIGINT)
        else:
            runner.send_signal(signal.SIGTERM if victim == "SIGTERM" else signal.SIGKILL)
