"""Which cells are hostile, and with which kind of value.

In the sample every second row is, and the kinds take turns, so that all of them occur; at scale a few cells
in a thousand are, drawn at random.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from random import Random
from typing import TypeVar

from tests.sources import values

AnyValue = TypeVar("AnyValue")

ONCE = ("longest", "megabyte")


class Hostility:
    """The hostile cells of one source; `rate` is None for the sample."""

    def __init__(self, random: Random, rate: float | None, json_depth: int) -> None:
        self._random = random
        self._rate = rate
        self._uses: Counter[tuple[str, str]] = Counter()
        self._documents = values.documents(json_depth)
        self._large = set(ONCE)

    @property
    def takes_turns(self) -> bool:
        """Whether the kinds follow one another by row, as in the sample, and not by chance."""
        return self._rate is None

    def strikes(self, row: int) -> bool:
        """Whether a cell of this row is hostile; the first row of a table never is."""
        if self._rate is None:
            return row % 2 == 1
        return self._random.random() < self._rate

    def text(self, limit: int, unlimited: bool) -> str:
        """A hostile text of at most `limit` characters; `unlimited` if 65,535 bytes fit."""
        if unlimited and "longest" in self._large:
            self._large.remove("longest")
            return values.longest_text(65535)
        return self._next(f"text {limit}", _fitting(limit))

    def document(self, binary: bool) -> str:
        """A hostile JSON document; `binary` if it has to become `jsonb`."""
        if not binary and "megabyte" in self._large:
            self._large.remove("megabyte")
            return values.megabyte_document()
        kinds = self._documents if binary else {**self._documents, **values.NUL_DOCUMENTS}
        return self._next("jsonb" if binary else "json", kinds)

    def time(self, spelled: str) -> str:
        """An extreme of the source type `spelled`."""
        kinds = values.TIMESTAMPS if spelled.startswith("timestamp") else values.DATETIMES
        value = self._next(spelled.partition("(")[0], kinds)
        return value if spelled.endswith("(6)") else value[:19]

    def number(self, kind: str, choices: Sequence[AnyValue]) -> AnyValue:
        """An extreme of a numeric type."""
        return self._next(kind, dict(zip(map(str, choices), choices, strict=True)))

    def blob(self) -> bytes:
        """Bytes that are no text."""
        return self._next("blob", values.BLOBS)

    def _next(self, what: str, kinds: Mapping[str, AnyValue]) -> AnyValue:
        if self._rate is not None:
            return self._random.choice(list(kinds.values()))
        kind = min(kinds, key=lambda name: self._uses[what.partition(" ")[0], name])
        self._uses[what.partition(" ")[0], kind] += 1
        return kinds[kind]


@cache
def _fitting(limit: int) -> dict[str, str]:
    return {kind: text for kind, text in values.TEXTS.items() if len(text) <= limit}
