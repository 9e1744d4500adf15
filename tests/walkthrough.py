"""Documents that are scripts: a block of language `console` has commands after `$ ` and what each prints.

What differs from run to run (times, ids, keys, ports, the project's folder) is compared by its shape only, and blanks
count as one. A line `…` stands for any number of lines.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests import project
from tests.documents import Document

ANYTHING = "…"
FOLDER = "/home/you/postgres-convergence"
"""Where the documents say that the project is."""
_SHAPES = (
    (r"[0-9a-f]{8}[-_]([0-9a-f]{4}[-_]){3}[0-9a-f]{12}", "<id>"),
    (r"\b[0-9a-f]{64}\b", "<key>"),
    (r"\b\d\d:\d\d:\d\d\b", "<clock>"),
    (r"\b(\d+ (h|min) )?\d+(\.\d+)? (s|min)\b", "<time>"),
    (r"(127\.0\.0\.1:|-p )\d+", r"\1<port>"),
    (r"python3\.\d+", "<python>"),
    (r"\s+", " "),
)


@dataclass(frozen=True)
class Step:
    """A command, what it prints, and where the document says so."""

    document: Document
    line: int
    command: str
    expected: tuple[str, ...]


def steps(document: Document) -> Iterator[Step]:
    """The steps of a document, in order."""
    for fence in document.fences:
        if fence.language == "console":
            lines = fence.text.splitlines()
            starts = [number for number, line in enumerate(lines) if line.startswith("$ ")]
            assert starts[0] == 0, f"{document.name}:{fence.line} begins without a command"
            for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
                body = tuple(lines[start + 1 : end])
                yield Step(document, fence.line + start + 1, lines[start][2:], body)


def walk(document: Document, folder: Path, **settings: str) -> dict[str, float]:
    """Take every step in a copy of the project; AssertionError shows the first one that prints something else.

    Returns the seconds that each command took.
    """
    seconds = {}
    for step in steps(document):
        started = time.monotonic()
        done = project.shell(folder, step.command, **settings)
        seconds[step.command] = time.monotonic() - started
        printed = done.stdout.replace(str(folder), FOLDER).splitlines()
        place = f"{document.name}:{step.line}: $ {step.command}"
        assert done.returncode == 0, "\n".join([f"{place} ends with {done.returncode}", *printed])
        assert matches(step.expected, printed), "\n".join(
            [place, "should print", *step.expected, "but prints", *printed]
        )
    return seconds


def matches(expected: Sequence[str], printed: Sequence[str]) -> bool:
    """Whether lines are the expected ones but for what may vary, and for empty ones."""
    pattern = "".join(
        r"(?:.*\n)*?" if line.strip() == ANYTHING else re.escape(shape(line)) + r"\n"
        for line in expected
        if line.strip()
    )
    return re.fullmatch(pattern, "".join(f"{shape(line)}\n" for line in printed if line.strip())) is not None


def shape(line: str) -> str:
    """A line with a word in the place of everything that varies."""
    for pattern, word in _SHAPES:
        line = re.sub(pattern, word, line)
    return line.strip()
