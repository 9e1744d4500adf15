"""A migration in a real terminal: what a person sees moves, stays in its lines, and ends with the summary."""

from __future__ import annotations

import os
import re
import secrets
import shlex
import subprocess
import time
from collections.abc import Iterator

import pytest

from runner.systems import ROOT
from tests.integration.deployment import PATIENCE, SAMPLE, targets
from tests.servers import NotProvisionedError, Postgres, places

PHASES = ("check", "export", "stage", "load", "verify", "publish")
PHASE = re.compile(rf"\s*({'|'.join(PHASES)})\s+(waiting|running|succeeded|\d)")
BETWEEN_LOOKS = 0.1


class Window:
    """A terminal of a tmux server of its own; what runs in it is read from the screen."""

    def __init__(self, columns: int, lines: int, command: str, environment: dict[str, str]) -> None:
        self._tmux = (str(places.tmux()), "-L", f"convergence-{secrets.token_hex(4)}", "-f", os.devnull)
        size = ("-x", str(columns), "-y", str(lines))
        # One call: the pane must not be gone before it is told to stay.
        self._ask("new-session", "-d", *size, command, ";", "set", "-g", "remain-on-exit", "on", env=environment)

    def _ask(self, *words: str, env: dict[str, str] | None = None) -> str:
        done = subprocess.run([*self._tmux, *words], check=True, capture_output=True, text=True, env=env)
        return done.stdout

    @property
    def over(self) -> bool:
        """Whether the command has ended."""
        return self._ask("display", "-p", "#{pane_dead}").strip() == "1"

    def screen(self, *, history: bool = False) -> list[str]:
        """The lines on show, with `history` also those that have left."""
        return self._ask("capture-pane", "-p", *(["-S", "-"] if history else [])).splitlines()

    def close(self) -> None:
        """Ends the server and what runs in it."""
        subprocess.run([*self._tmux, "kill-server"], check=False, capture_output=True)


@pytest.fixture(scope="module", params=[(80, 24), (200, 50)], ids=lambda size: f"{size[0]}x{size[1]}")
def seen(
    request: pytest.FixtureRequest, postgres17: Postgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Window, list[list[str]]]]:
    """A window in which Kratos's sample was migrated, and the screens that it showed on the way."""
    try:
        places.tmux()
    except NotProvisionedError as error:
        (pytest.fail if os.environ.get("CI", "").lower() == "true" else pytest.skip)(str(error))
    with targets(postgres17) as written:
        environment = {name: os.environ[name] for name in ("PATH", "HOME")} | {
            "TERM": "xterm-256color",
            "LANG": "C.UTF-8",
            "WORK_DIR": str(tmp_path_factory.mktemp("work")),
            "SOURCE_KRATOS_URL": SAMPLE["kratos"],
            "TARGET_KRATOS_URL": written["kratos"],
        }
        columns, lines = request.param
        command = f"{shlex.quote(str(ROOT / 'inv'))} migrate --system kratos; echo exit $?"
        window = Window(columns, lines, command, environment)
        try:
            screens: list[list[str]] = []
            end = time.monotonic() + PATIENCE
            while not window.over:
                assert time.monotonic() < end, window.screen()
                screens.append(window.screen())
                time.sleep(BETWEEN_LOOKS)
            yield window, screens
        finally:
            window.close()


def _states(screen: list[str]) -> list[tuple[str, str]]:
    return [(match[1], match[2]) for line in screen if (match := PHASE.match(line))]


def test_progress_moves(seen: tuple[Window, list[list[str]]]) -> None:
    _, screens = seen
    running = [phase for screen in screens for phase, state in _states(screen) if state == "running"]
    assert [phase for phase in PHASES if phase in running] == list(dict.fromkeys(running))
    assert {"stage", "load"} <= set(running)


def test_the_block_is_drawn_in_its_place(seen: tuple[Window, list[list[str]]]) -> None:
    _, screens = seen
    for screen in screens:
        phases = [phase for phase, _ in _states(screen)]
        assert phases in ([], list(PHASES)), "\n".join(screen)


def test_the_end_is_the_summary(seen: tuple[Window, list[list[str]]]) -> None:
    window, _ = seen
    shown = "\n".join(window.screen(history=True))
    assert "exit 0" in shown
    assert shown.count("Migration succeeded after") == 1
    assert "25 of 25 tables identical" in shown


def test_a_block_that_wraps_is_seen() -> None:
    twice = [" check   running", " check   running", *(f" {phase}  waiting" for phase in PHASES[1:])]
    assert [phase for phase, _ in _states(twice)] not in ([], list(PHASES))
