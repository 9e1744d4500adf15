"""The display: fits any width, draws in place, stays plain in a pipe, and leaves a terminal as it was."""

import fcntl
import io
import os
import pty
import re
import struct
import sys
import termios
import threading
from pathlib import Path
from subprocess import Popen

import pytest
from rich.cells import cell_len
from rich.console import Console

from runner.errors import Violation
from runner.phases.migrate import PHASES
from runner.screen import terminal
from runner.screen.progress import Progress
from runner.screen.summary import summary, worth_a_line
from runner.screen.terminal import LiveDisplay, PlainDisplay
from runner.systems import ROOT
from tests import reports

HOSTILE = "evil\x1b[31m\nname\u202e"
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")
SGR = re.compile(r"\x1b\[[0-9;]*m")
PATHS: dict[str, Path | str] = {"report": Path("work/01/report.html"), "psql": "psql service=alkemio"}


def _violation(table: str = "user") -> Violation:
    return Violation("alkemio", table, "email", "null", 2, "not null", ("k1",), "0001.csv", 7, "Fill it")


def _console(width: int = 80, *, terminal: bool = True, no_color: bool = False) -> Console:
    return Console(
        file=io.StringIO(),
        width=width,
        height=24,
        force_terminal=terminal,
        no_color=no_color,
        highlight=False,
    )


def _text(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def _busy(display: terminal.Display) -> None:
    display.expect(2_652_864, 1_860_000_000)
    display.phase_started("check")
    display.phase_finished("check", "succeeded")
    display.phase_started("export")
    for table in ("authorization_policy", "callout_contribution_defaults", HOSTILE):
        display.chunk_started("alkemio", table, "export")
    display.chunk_finished("alkemio", "authorization_policy", "export", 1_670_214, 1_068_000_000)


@pytest.mark.parametrize("width", [80, 40, 200])
def test_the_live_block_fits_its_terminal(width: int) -> None:
    console = _console(width)
    display = LiveDisplay(Progress(PHASES), console)
    _busy(display)
    console.print(display)
    lines = SGR.sub("", _text(console)).splitlines()
    assert len(lines) == 9
    assert max(cell_len(line) for line in lines) <= min(width, 80)
    assert not CONTROL.search("".join(lines))
    assert any("running" in line and "1,670,214 rows" in line for line in lines) or width == 40


def test_no_color_leaves_words_only() -> None:
    console = _console(no_color=True)
    display = LiveDisplay(Progress(PHASES), console)
    _busy(display)
    console.print(display)
    codes = {code for found in SGR.findall(_text(console)) for code in found[2:-1].split(";")}
    assert codes <= {"", "0", "1", "2"}, "bold and dim are no colours, everything else is"


def test_violations_stay_above_the_block_and_are_capped() -> None:
    console = _console()
    with LiveDisplay(Progress(PHASES), console) as display:
        for number in range(25):
            display.violation(_violation(f"table{number}"))
    shown = SGR.sub("", _text(console))
    assert "alkemio.table9.email: null, 2 rows" in shown
    assert "alkemio.table10.email" not in shown
    assert "25 violations" in shown


def test_a_pipe_gets_plain_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal, "PLAIN_SECONDS", 0.0)
    stream = io.StringIO()
    with terminal.display(PHASES, stream) as display:
        assert isinstance(display, PlainDisplay)
        _busy(display)
        display.violation(_violation(HOSTILE))
    lines = stream.getvalue().splitlines()
    assert not CONTROL.search(stream.getvalue())
    assert all(re.match(r"\d\d:\d\d:\d\d ", line) for line in lines)
    assert (lines[0][9:], lines[2][9:]) == ("check started", "export started")
    assert re.fullmatch(r"check succeeded after \d\.\d\d s", lines[1][9:])
    assert re.match(r"835,107 of 2,652,864 rows, 534 MB of 1.86 GB, .* left$", lines[3][9:])
    assert lines[4].endswith("primary key k1; Fill it")


def test_any_thread_may_report_while_the_block_is_drawn() -> None:
    console = _console()
    with LiveDisplay(Progress(PHASES, rows=800, bytes=800), console) as display:

        def work(number: int) -> None:
            for chunk in range(50):
                display.chunk_started("alkemio", f"table{number}_{chunk % 7}", "export")
                console.print(display)
                display.chunk_finished("alkemio", f"table{number}_{chunk % 7}", "export", 4, 4)

        threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert display.progress.phases["export"].rows == 800
        assert not display.progress.in_flight


PROGRAM = """
import sys, time
from runner.screen import terminal
with terminal.display(("export",), sys.stdout) as shown:
    shown.expect(100, 100)
    shown.phase_started("export")
    for number in range(10):
        shown.chunk_started("alkemio", "user", "export")
        shown.chunk_finished("alkemio", "user", "export", 10, 10)
        time.sleep(0.1)
    raise SystemExit(7)
"""


def test_a_real_terminal_may_be_resized_and_is_left_as_it_was() -> None:
    outer, inner = pty.openpty()
    fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    environment = {**os.environ, "TERM": "xterm-256color", "PYTHONPATH": str(ROOT)}
    for name in ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        environment.pop(name, None)
    process = Popen([sys.executable, "-c", PROGRAM], stdout=inner, stderr=inner, stdin=inner, env=environment)
    os.close(inner)
    output = b""
    while chunk := _read(outer):
        output += chunk
        if b"export" in output:
            fcntl.ioctl(outer, termios.TIOCSWINSZ, struct.pack("HHHH", 12, 50, 0, 0))
    os.close(outer)
    assert process.wait() == 7
    text = output.decode()
    assert "Traceback" not in text
    assert text.count("\x1b[?25l") == text.count("\x1b[?25h") == 1, "the cursor is hidden once and shown again"
    last_lines = SGR.sub("", text).split("\r\n")[-3:]
    assert all(cell_len(re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", line).replace("\r", "")) <= 50 for line in last_lines)


def _read(handle: int) -> bytes:
    try:
        return os.read(handle, 4096)
    except OSError:
        return b""


def test_the_summary_of_a_success_fits_a_small_terminal() -> None:
    console = _console()
    summary(reports.succeeded(), {**PATHS, "docs": "work/01/docs/index.html", "log": "work/01/log.jsonl"}, console)
    lines = SGR.sub("", _text(console)).splitlines()
    assert len(lines) <= 24
    assert max(cell_len(line) for line in lines) <= 80
    assert "100 of 100 tables identical: 2,652,864 rows, digests equal by MySQL and Postgres" in lines
    assert any(line.split() == ["report", "work/01/report.html"] for line in lines)


def test_the_summary_of_a_failure_ends_with_the_next_command() -> None:
    console = _console(terminal=False)
    summary(reports.failed(), PATHS, console)
    text = _text(console)
    assert text.rstrip().endswith(f"next     ./inv load --run {reports.RUN} --system alkemio --table activity")
    assert "export/alkemio/activity/0003.csv:88213" in text
    assert "Nothing was published" in text
    assert not CONTROL.search(text)


def test_the_summary_of_a_refusal_lists_the_reasons() -> None:
    console = _console(terminal=False)
    summary(reports.refused(), PATHS, console)
    text = _text(console)
    assert "alkemio.challenge: source-only table, 214 rows (skipped_tables)" in text
    assert "largest and slowest" not in text


def test_hostile_names_cannot_steer_the_terminal() -> None:
    report = reports.failed()
    console = _console(terminal=False)
    hostile = report.model_copy(update={"violations": (_violation(HOSTILE),)})
    summary(hostile, {"report": HOSTILE}, console)
    assert not CONTROL.search(_text(console))


def test_tables_that_differ_come_first() -> None:
    chosen = [table.name for _, table in worth_a_line(reports.failed())]
    assert chosen[:2] == ["activity", "user"]
    assert "authorization_policy" in chosen
    assert len(chosen) == len(set(chosen))
