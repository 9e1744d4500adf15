"""A migration in a real terminal: what a person sees moves, stays in its lines, and ends with the summary."""

from __future__ import annotations

import os
import re
import secrets
import shlex
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import pytest

from runner.systems import ROOT
from tests.integration.deployment import PATIENCE, SAMPLE, targets
from tests.lacking import lacking
from tests.servers import NotProvisionedError, Postgres, places

PHASES = ("check", "export", "stage", "load", "verify", "publish", "docs")
PHASE = re.compile(rf"\s*({'|'.join(PHASES)})\s+(waiting|running|succeeded|\d)")
STYLE = re.compile(r"\x1b\[([0-9;]*)m")
WORDS = frozenset({0, 1, 2, 22, 39, 49})
"""Bold, dim and what ends them; the terminal's own colours."""
COLOURS = frozenset({31, 32, 35})
"""Red, green and magenta: yellow, white and the bright ones cannot be read on light, blue not on dark."""
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

    def screen(self, *, history: bool = False, styled: bool = False) -> list[str]:
        """The lines on show, with `history` also those that have left, `styled` with their colours."""
        options = [*(["-S", "-"] if history else []), *(["-e"] if styled else [])]
        return self._ask("capture-pane", "-p", *options).splitlines()

    def resize(self, columns: int, lines: int) -> None:
        """Gives the window another size, as a person would while it runs."""
        self._ask("resize-window", "-x", str(columns), "-y", str(lines))

    def close(self) -> None:
        """Ends the server and what runs in it."""
        subprocess.run([*self._tmux, "kill-server"], check=False, capture_output=True)


@dataclass(frozen=True)
class Watched:
    """A window in which Kratos's sample was migrated, and the screens that it showed on the way."""

    window: Window
    screens: list[list[str]]
    colours: bool


@pytest.fixture(scope="module", params=[(80, 24, True), (200, 50, False)], ids=["80x24", "200x50 without colour"])
def seen(
    request: pytest.FixtureRequest, postgres17: Postgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Watched]:
    """A migration that is watched; the wider window becomes as small as the other one on the way, and wide again."""
    try:
        places.tmux()
    except NotProvisionedError as error:
        lacking(str(error))
    columns, lines, colours = request.param
    with targets(postgres17) as written:
        environment = {name: os.environ[name] for name in ("PATH", "HOME")} | {
            "TERM": "xterm-256color",
            "LANG": "C.UTF-8",
            "WORK_DIR": str(tmp_path_factory.mktemp("work")),
            "SOURCE_KRATOS_URL": SAMPLE["kratos"],
            "TARGET_KRATOS_URL": written["kratos"],
        }
        command = f"{shlex.quote(str(ROOT / 'inv'))} migrate --system kratos; echo exit $?"
        window = Window(columns, lines, command, environment | ({} if colours else {"NO_COLOR": "1"}))
        sizes = {("stage", "running"): (80, 24), ("load", "succeeded"): (columns, lines)}
        try:
            screens: list[list[str]] = []
            end = time.monotonic() + PATIENCE
            while not window.over:
                assert time.monotonic() < end, window.screen()
                screens.append(window.screen(styled=True))
                for state in sizes.keys() & set(_states(screens[-1])):
                    window.resize(*sizes.pop(state))
                time.sleep(BETWEEN_LOOKS)
            assert not sizes, "the window was never resized"
            yield Watched(window, screens, colours)
        finally:
            window.close()


def _states(screen: list[str]) -> list[tuple[str, str]]:
    return [(match[1], match[2]) for line in screen if (match := PHASE.match(STYLE.sub("", line)))]


def test_progress_moves(seen: Watched) -> None:
    running = [phase for screen in seen.screens for phase, state in _states(screen) if state == "running"]
    assert [phase for phase in PHASES if phase in running] == list(dict.fromkeys(running))
    assert {"stage", "load"} <= set(running)


def test_the_block_is_drawn_in_its_place(seen: Watched) -> None:
    for screen in seen.screens:
        phases = [phase for phase, _ in _states(screen)]
        assert phases in ([], list(PHASES)), "\n".join(screen)


def test_the_block_stays_until_it_goes(seen: Watched) -> None:
    there = [bool(_states(screen)) for screen in seen.screens]
    changes = [before for before, after in pairwise(there) if before != after]
    assert changes == [False, True], "a block that comes and goes flickers"


def test_nothing_stands_beside_the_block(seen: Watched) -> None:
    for screen in seen.screens:
        lines = [STYLE.sub("", line) for line in screen]
        first = next((number for number, line in enumerate(lines) if PHASE.match(line)), None)
        if first is not None:
            after = first + len(PHASES) + len(("tables in flight", "totals", "bar"))
            assert not "".join(lines[:first] + lines[after:]).strip(), "\n".join(lines)


def test_colours_can_be_read_on_dark_and_on_light(seen: Watched) -> None:
    shown = [*seen.screens, seen.window.screen(history=True, styled=True)]
    styles = [style for screen in shown for style in STYLE.findall("\n".join(screen))]
    used = {int(code or 0) for style in styles for code in style.split(";")}
    assert used <= (WORDS | COLOURS if seen.colours else WORDS)
    assert used & COLOURS if seen.colours else used


def test_the_end_is_the_summary(seen: Watched) -> None:
    shown = "\n".join(seen.window.screen(history=True))
    assert "exit 0" in shown
    assert shown.count("Migration succeeded after") == 1
    assert "25 of 25 tables identical" in shown


def test_a_block_that_wraps_is_seen() -> None:
    twice = [" check   running", " check   running", *(f" {phase}  waiting" for phase in PHASES[1:])]
    assert [phase for phase, _ in _states(twice)] not in ([], list(PHASES))
