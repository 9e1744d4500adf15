"""Which hostile value comes next: in the sample the kinds take turns, so that all occur; at scale chance draws."""

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
    """The hostile values of one source."""

    def __init__(self, random: Random, takes_turns: bool, json_depth: int) -> None:
        self.takes_turns = takes_turns
        self._random = random
        self._uses: Counter[tuple[str, str]] = Counter()
        self._documents = values.documents(json_depth)
        self._large = set(ONCE)

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
        if not self.takes_turns:
            return self._random.choice(list(kinds.values()))
        kind = min(kinds, key=lambda name: self._uses[what.partition(" ")[0], name])
        self._uses[what.partition(" ")[0], kind] += 1
        return kinds[kind]


@cache
def _fitting(limit: int) -> dict[str, str]:
    return {kind: text for kind, text in values.TEXTS.items() if len(text) <= limit}
