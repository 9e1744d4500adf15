"""One server process of the tests: started, stopped, killed and started again on the same port and data.

No server outlives its tests: it is stopped at exit, the kernel ends it when the test process is killed,
and what a killed test process left on the disk is swept by the next one.
"""

from __future__ import annotations

import atexit
import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from abc import ABC, abstractmethod
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Self

import psutil  # type: ignore[import-untyped, unused-ignore]

from runner.postgres.quarters import RunAs, vacate
from tests.servers.places import RUN

HOST = "127.0.0.1"
READY_SECONDS = 120
STOP_SECONDS = 60
PORTS = range(20_000, 32_000)


class Server(ABC):
    """A server with a folder and a port of its own; a context manager that starts it and removes it."""

    kind: str
    death_signal = "KILL"

    def __init__(self) -> None:
        sweep()
        RUN.mkdir(parents=True, exist_ok=True)
        self.folder = Path(tempfile.mkdtemp(prefix=f"{self.kind}-", dir=RUN))
        self.folder.chmod(0o711)
        (self.folder / "owner.half").write_text(_identity(os.getpid()))
        (self.folder / "owner.half").rename(self.folder / "owner")
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        atexit.register(self.remove)
        self.install()

    @abstractmethod
    def install(self) -> None:
        """Makes the server's empty data folder."""

    @abstractmethod
    def command(self) -> list[str]:
        """The command that runs the server in the foreground."""

    @abstractmethod
    def ready(self) -> bool:
        """Whether the server answers."""

    @property
    def run_as(self) -> RunAs:
        """The account and working folder of the process."""
        return {}

    @property
    def pid(self) -> int:
        """The process id; RuntimeError when the server does not run."""
        if self._process is None:
            raise RuntimeError(f"{self.kind} is not running")
        return self._process.pid

    @property
    def log(self) -> Path:
        """What the server printed."""
        return self.folder / "log"

    def start(self) -> Self:
        """Starts the server, or starts it again, and waits until it answers.

        The kernel ends the server with the thread that started it: call this from a thread that stays.
        """
        if self._process is not None:
            return self
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                ["setpriv", "--pdeathsig", self.death_signal, "--", *self.command()],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is for the tests, which then stop their servers in order
                **self.run_as,
            )
        self._wait_until_ready()
        return self

    def stop(self) -> None:
        """Ends the server in its own orderly way."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """Ends the server and its children as a power cut would."""
        self._end(signal.SIGKILL)

    def remove(self) -> None:
        """Stops the server and deletes its folder."""
        self.kill()
        vacate(self.folder / "server")
        shutil.rmtree(self.folder, ignore_errors=True)
        atexit.unregister(self.remove)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.remove()

    def _wait_until_ready(self) -> None:
        assert self._process is not None
        end = time.monotonic() + READY_SECONDS
        while not self.ready():
            if self._process.poll() is not None or time.monotonic() > end:
                self.kill()
                raise RuntimeError(f"{self.kind} does not start:\n{self.log.read_text(errors='replace')[-3000:]}")
            time.sleep(0.05)

    def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        try:
            children = psutil.Process(self._process.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            children = []
        self._process.send_signal(how)
        if how is signal.SIGKILL:
            _kill(children)
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        _kill(psutil.wait_procs(children, timeout=10)[1])
        self._process = None


def free_port() -> int:
    """A port of the loopback address that nobody listens on.

    It lies below the ports that the kernel gives to outgoing connections: none of the other tests' can take it
    while its server is made, or between two starts.
    """
    while True:
        with socket.socket() as probe, suppress(OSError):
            probe.bind((HOST, random.choice(PORTS)))
            return int(probe.getsockname()[1])


@cache
def sweep() -> None:
    """Deletes, once in a process, the folders of test processes that no longer live."""
    for owner in RUN.glob("*/owner"):
        try:
            identity = owner.read_text()
        except FileNotFoundError:  # its owner, or another sweep, has just removed it
            continue
        if _identity(int(identity.partition(" ")[0])) != identity:
            vacate(owner.parent / "server")
            shutil.rmtree(owner.parent, ignore_errors=True)


def _identity(pid: int) -> str:
    # A process id is used again after a while; with the start time it means one process.
    try:
        return f"{pid} {psutil.Process(pid).create_time()}"
    except psutil.NoSuchProcess:
        return f"{pid} gone"


def _kill(processes: list[psutil.Process]) -> None:
    for process in processes:
        try:
            process.kill()
        except psutil.NoSuchProcess:
            continue
