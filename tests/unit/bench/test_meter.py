"""The meter: CPU of processes that ended is not lost, memory is seen, and time is parted where it should be."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bench.meter import Look, Meter, Reading
from tests.bench.record import Cpu

BURN = "import time\nwhile time.process_time() < {seconds}: pass\n"
NESTED = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {BURN.format(seconds=0.5)!r}])\n"


@pytest.fixture
def idle() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        yield process
        process.communicate(b"\n")


def test_a_command_is_measured_with_its_children(idle: subprocess.Popen[bytes], tmp_path: Path) -> None:
    code = NESTED + "held = bytearray(100_000_000)\nimport time; time.sleep(0.8); print(input()); sys.exit(3)"
    reading = Meter(idle.pid, idle.pid).command(
        [sys.executable, "-c", code],
        environment=os.environ,
        folder=tmp_path,
        log=tmp_path / "log",
        given=b"given\n",
    )
    assert reading.code == 3
    assert 0.45 < reading.cpu.client < 5
    assert reading.cpu.source < 0.2
    assert reading.seconds > 1.2
    assert reading.peak_bytes is not None
    assert 100_000_000 < reading.peak_bytes < 300_000_000
    assert (tmp_path / "log").read_text() == "given\n"


def test_a_server_is_measured_with_children_that_ended(tmp_path: Path) -> None:
    code = f"input()\n{NESTED}\nprint(1, flush=True)\ninput()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
        assert server.stdin and server.stdout
        with Meter(server.pid, os.getpid()).here() as reading:
            server.stdin.write(b"\n")
            server.stdin.flush()
            assert server.stdout.readline() == b"1\n"
        server.communicate(b"\n")
    assert 0.45 < reading.cpu.source < 5
    assert reading.cpu.client < 0.3


def test_a_turn_waits_until_the_servers_are_at_rest(idle: subprocess.Popen[bytes]) -> None:
    with subprocess.Popen([sys.executable, "-c", BURN.format(seconds=1.5) + "input()"], stdin=subprocess.PIPE) as busy:
        started = time.monotonic()
        Meter(idle.pid, busy.pid).settle()
        assert 2 < time.monotonic() - started < 30
        busy.communicate(b"\n")


def test_work_of_this_process_is_measured(idle: subprocess.Popen[bytes]) -> None:
    with Meter(idle.pid, idle.pid).here() as reading:
        end = time.process_time() + 0.3
        while time.process_time() < end:
            pass
    assert 0.28 < reading.cpu.client < 1


def test_cpu_is_parted_between_looks() -> None:
    looks = [Look(100, Cpu()), Look(110, Cpu(client=10)), Look(120, Cpu(client=10, target=4))]
    reading = Reading(20, Cpu(client=10, target=4), looks=looks)
    assert reading.between("early", 102, 5).cpu == Cpu(client=5)
    assert reading.between("late", 105, 10).cpu == Cpu(client=5, target=2)
    assert reading.between("whole", 90, 50).cpu == Cpu(client=10, target=4)


def test_parts_of_a_turn_add_up() -> None:
    both = Reading(1, Cpu(client=1), peak_bytes=5) + Reading(2, Cpu(client=1, target=3))
    assert (both.seconds, both.cpu, both.peak_bytes) == (3, Cpu(client=2, target=3), 5)
