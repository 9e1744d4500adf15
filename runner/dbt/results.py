"""What dbt says about a node, without what it quotes from rows."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import Any

# Everything from these words on repeats statements, rows or places in them.
_APPENDIX = re.compile(r"\s*^\s*(?:DETAIL|CONTEXT|HINT|QUERY|WHERE|LINE \d+):.*", re.MULTILINE | re.DOTALL)
# What stands in quotes is an identifier after one of these words, and may be a value anywhere else.
_NAMED = r"column|relation|table|constraint|schema|index|type|function|database|role|user|model|test|source"
_QUOTED = re.compile(rf"(?P<named>\b(?:{_NAMED}) )?(?P<quote>[\"'])(?P<text>.*?)(?P=quote)", re.DOTALL)


CHOSEN = "chosen"
"""The tag that models have while a command is about them alone."""


@dataclass(frozen=True, slots=True)
class NodeResult:
    """The outcome of one model, test or other node.

    `table` is the model's name, for a test that of the model it tests (empty when it tests none);
    `status` is dbt's word (success, pass, fail, error, skipped, warn), `rows` the inserted rows,
    `failures` the rows a test found, `seconds` wall time, `column` the one a test stands at, if any,
    `stored_as` the table of schema `convergence_failures` that holds what a failed test found, and `started_at`
    when it began, in ISO 8601 and UTC, empty when it did not.
    """

    unique_id: str
    name: str
    kind: str
    table: str
    status: str
    seconds: float
    rows: int | None
    failures: int | None
    message: str
    column: str = ""
    stored_as: str = ""
    started_at: str = ""

    @property
    def passed(self) -> bool:
        """Whether nothing is wrong with this node."""
        return self.status in {"success", "pass", "warn", "no-op"}

    @property
    def told(self) -> str:
        """The message on one line, without dbt's repetition of the node's name."""
        lines = self.message.splitlines()
        return " ".join(line.strip() for line in (lines[1:] or lines))

    def as_json(self) -> dict[str, Any]:
        """The fields, for the pipe between the processes."""
        return asdict(self)


def scrubbed(message: str) -> str:
    """A message of dbt without details and statements; one of Postgres also without quoted values.

    What dbt says by itself is about the project's files, which hold no values of rows.
    """
    told = _APPENDIX.sub("", message).strip()
    return _QUOTED.sub(_without_value, told) if told.startswith("Database Error") else told


def _without_value(match: re.Match[str]) -> str:
    if match["named"]:
        return match[0]
    return f"{match['quote']}…{match['quote']}"
