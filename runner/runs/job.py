"""A job: what one task works on, worked out from settings, rules and the person's choice.

Nothing configured means the bundled sample, moved into the embedded Postgres.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pydantic import SecretStr

from runner import mapping, rules
from runner.errors import UsageError
from runner.mapping import TableMapping
from runner.mysql import source
from runner.postgres import sandbox, target
from runner.run import Run
from runner.settings import Address, Settings
from runner.systems import ROOT, System, all_systems, named


@dataclass(frozen=True)
class Job:
    """The systems of a task with where their data comes from and goes to; `tables` narrows it, empty is all.

    `since` is an earlier run whose chunks are taken over where they still hold; `with_fk_indexes` asks load for the
    indexes that foreign keys lack in the baseline.
    """

    settings: Settings
    run: Run
    systems: tuple[System, ...]
    tables: tuple[str, ...] = ()
    replace: bool = False
    since: Run | None = None
    with_fk_indexes: bool = False

    @cached_property
    def rules(self) -> rules.Rules:
        """The declared decisions."""
        return rules.read()

    @cached_property
    def mappings(self) -> Mapping[str, Mapping[str, TableMapping]]:
        """The tables to copy, by system and name; UsageError when a chosen table is none of them."""
        found = {system.name: mapping.of_system(system, self.rules) for system in self.systems}
        unknown = set(self.tables) - {table for tables in found.values() for table in tables}
        if unknown:
            raise UsageError(f"no table to copy is named {', '.join(sorted(unknown))}: see models/ for their names")
        return {
            name: {table: one for table, one in tables.items() if not self.tables or table in self.tables}
            for name, tables in found.items()
        }

    def skipped(self, system: System) -> Mapping[str, str]:
        """The tables of a system that are not copied, with the reason."""
        return self.rules.skipped_of(system.name)

    def mark(self, system: System) -> str:
        """What says on a target that rows there are this run's, made by these very mappings."""
        return self._mark(system, self.run)

    def former_mark(self, system: System) -> str:
        """The mark of the run whose chunks are taken over; empty when there is none."""
        return self._mark(system, self.since) if self.since else ""

    def _mark(self, system: System, of: Run) -> str:
        return f"run {of.run_id}, mappings {mapping.fingerprint(self.mappings[system.name].values())}"

    def kept(self, system: System) -> frozenset[str]:
        """The baseline's tables that keep the target's rows."""
        return frozenset(self.skipped(system)) & frozenset(system.target_catalog.tables)

    @cached_property
    def sources(self) -> Mapping[str, Address | Path]:
        """Where each system's data is; UsageError names the variable that is missing or wrong."""
        if self.sandboxed:
            return {system.name: system.sample_folder for system in self.systems}
        return {system.name: _source(self.settings.source_url(system), system) for system in self.systems}

    @cached_property
    def target_urls(self) -> Mapping[str, SecretStr]:
        """The URLs of the targets; starts the embedded Postgres when nothing is configured."""
        if self.sandboxed:
            started = sandbox.start()
            return {system.name: SecretStr(started[system.name]) for system in self.systems}
        return {system.name: self.settings.target_url(system) for system in self.systems}

    @cached_property
    def targets(self) -> Mapping[str, Address]:
        """Where each system goes; UsageError names the variable that is missing or wrong."""
        found = {
            system.name: target.address(self.target_urls[system.name], f"TARGET_{system.name.upper()}_URL")
            for system in self.systems
        }
        places = {(one.host, one.port, one.database) for one in found.values()}
        if len(places) < len(found):
            raise UsageError("two TARGET_…_URL settings name one database; each system needs its own")
        return found

    @property
    def sandboxed(self) -> bool:
        """Whether the bundled sample is moved into the embedded Postgres."""
        return not self.settings.configured


def choose_systems(names: Sequence[str]) -> tuple[System, ...]:
    """The named systems, all when none is named; UsageError for an unknown one."""
    return tuple(named(name) for name in names) or all_systems()


def without_run(settings: Settings, names: Sequence[str]) -> Job:
    """A job on the targets of the named systems as they stand; UsageError for an unknown name."""
    return Job(settings, Run("", settings.work_dir), choose_systems(names))


def _source(url: SecretStr, system: System) -> Address | Path:
    variable = f"SOURCE_{system.name.upper()}_URL"
    text = url.get_secret_value()
    if not text.startswith("csv:"):
        return source.address(url, variable)
    path = text.removeprefix("csv:")
    folder = ROOT / path
    if not path or not folder.is_dir():
        raise UsageError(f"{variable} must name a folder that an export made: csv:{path}")
    return folder
