"""A loader of Kratos whose dbt and Postgres only note what they are asked for."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import SecretStr

from runner import dbt, mapping, rules
from runner.phases import load
from runner.phases.load import Loader
from runner.run import Run
from runner.settings import Address
from runner.systems import all_systems

KRATOS = next(system for system in all_systems() if system.name == "kratos")
MAPPINGS = mapping.of_system(KRATOS, rules.read())
WHERE = Address("postgresql", "h", 1, "u", SecretStr("p"), "d")
LARGE, SMALL = load._BYTES, 1


@dataclass
class Target:
    """What is asked of dbt and Postgres, in order; `faults` are raised when the named table is filled."""

    asked: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    faults: dict[str, list[Exception]] = field(default_factory=dict)
    gate: threading.Event = field(default_factory=threading.Event)
    killed: bool = False
    within: Mapping[str, str] | None = None
    replaced: Collection[str] = ()

    def run(
        self, _: str, tables: Sequence[str], within: Mapping[str, str] | None = None, replaced: Collection[str] = ()
    ) -> list[dbt.NodeResult]:
        """dbt's part."""
        self.within, self.replaced = within, replaced
        self.gate.wait(10)
        self.asked.append(("fill", tuple(tables)))
        for table in tables:
            if self.faults.get(table):
                raise self.faults[table].pop()
        return []

    def kill(self) -> None:
        """The end of dbt, which fails whatever it is at."""
        self.killed = True
        self.gate.set()

    def note(self, what: str) -> Callable[..., list[Any]]:
        """A stand-in for one of Postgres's steps."""

        def noted(*arguments: Any) -> list[Any]:
            tables = next((one for one in arguments if isinstance(one, Mapping)), {})
            self.asked.append((what, tuple(sorted(tables))))
            return []

        return noted

    def of(self, what: str) -> list[tuple[str, ...]]:
        """The tables of each time that a step was asked for."""
        return [tables for asked, tables in self.asked if asked == what]


def loader_of(run: Run, target: Target, tables: Collection[str]) -> Loader:
    chosen = {table: MAPPINGS[table] for table in tables}
    return Loader(run, KRATOS, WHERE, chosen, target, 2)  # type: ignore[arg-type]
