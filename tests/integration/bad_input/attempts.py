"""An attempt with something wrong: where it is made, how it ended, and what is expected of its only line."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from tests.integration import final
from tests.integration.deployment import Deployment
from tests.servers import Postgres, SourceServer

VIOLATION, USAGE, REFUSAL = 1, 2, 3
KINDS = {VIOLATION: "failed: ", USAGE: "wrong use: ", REFUSAL: "refused: "}
URLS = [f"{side}_{system}_URL" for side in ("SOURCE", "TARGET") for system in ("ALKEMIO", "KRATOS")]
SECRET = "s3cret-of-the-url"


@dataclass(frozen=True)
class Place:
    """Settings that are all right, their servers, and what was in public at first."""

    settings: dict[str, str]
    source_server: SourceServer
    target_server: Postgres
    deployment: Deployment
    before: dict[str, final.Final]

    def untouched(self) -> bool:
        """Whether public of both targets is as it was."""
        return self.before == {name: final.seen(url) for name, url in self.deployment.targets.items()}


@dataclass(frozen=True)
class Ended:
    """How an attempt ended: the exit code and the only line on standard error, none after success."""

    code: int
    line: str


Attempt = Callable[..., Ended]


def expect(ended: Ended, code: int, *words: str) -> None:
    """The exit code, the kind of fault it stands for, and words that the line must have."""
    assert (ended.code, ended.line.startswith(KINDS[code])) == (code, True), ended.line
    missing = [word for word in words if word not in ended.line]
    assert missing == [], ended.line
    assert SECRET not in ended.line
    assert "fault of this tool" not in ended.line
    # What to do follows on what is wrong, or what is wrong says what it must be.
    assert re.search(r"[;:,] .| must ", ended.line.partition(": ")[2]), ended.line
