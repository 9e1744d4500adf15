"""A system is data: two catalogs, a baseline, rules and models, found by the name of its folder."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from runner.catalog import model
from runner.errors import UsageError

ROOT = Path(__file__).resolve().parent.parent
LANDING = "convergence_landing"
FAILURES = "convergence_failures"
BUILD = "convergence_build"
RECONCILIATION = "convergence_reconciliation"
FINAL = "public"


@dataclass(frozen=True)
class System:
    """One database to move, and where the project keeps what it knows of it."""

    name: str

    @property
    def baseline_folder(self) -> Path:
        """The folder with the catalogs and the baseline's SQL."""
        return ROOT / "baseline" / self.name

    @property
    def model_folder(self) -> Path:
        """The folder with the dbt models."""
        return ROOT / "models" / self.name

    @property
    def sample_folder(self) -> Path:
        """The bundled sample export."""
        return ROOT / "seeds" / "sample" / self.name

    @cached_property
    def source_catalog(self) -> model.Catalog:
        """The supported MySQL schema."""
        return model.read(self.baseline_folder / "mysql.json")

    @cached_property
    def target_catalog(self) -> model.Catalog:
        """The Postgres baseline's schema."""
        return model.read(self.baseline_folder / "postgres.json")

    @cached_property
    def seed_limits(self) -> tuple[int, int]:
        """How many rows, in how many tables, an untouched target holds."""
        raw = tomllib.loads((self.baseline_folder / "system.toml").read_text(encoding="utf-8"))["seed"]
        return int(raw["rows"]), int(raw["tables"])


def all_systems() -> tuple[System, ...]:
    """Every system of the project, by name."""
    return tuple(System(path.parent.name) for path in sorted((ROOT / "baseline").glob("*/postgres.json")))


def named(name: str) -> System:
    """The system of that name; UsageError when the project has none."""
    for system in all_systems():
        if system.name == name:
            return system
    known = ", ".join(system.name for system in all_systems())
    raise UsageError(f"unknown system {name!r}: this project knows {known}")
