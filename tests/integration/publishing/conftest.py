"""Targets of two versions of Postgres, databases in them, and a run."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from psycopg import sql

from runner.postgres import build
from runner.run import Run
from runner.settings import Address
from runner.systems import System
from tests.integration.publishing.databases import (
    KRATOS,
    Targets,
)


@pytest.fixture(scope="module", params=["postgres15", "postgres18"])
def targets(request: pytest.FixtureRequest) -> Iterator[Targets]:
    found = Targets(request.getfixturevalue(request.param))
    found.admin("create role {} login password " + sql.Literal(found.password).as_string(), found.owner)
    found.admin("create role {}", found.reader)
    yield found
    found.drop(list(found.templates.values()))
    for role in (found.owner, found.reader):
        found.admin("drop role {}", role)


@pytest.fixture
def fresh(targets: Targets, run: Run) -> Iterator[Callable[..., Address]]:
    """A function that makes a target of its own: a system, and whether public holds a fresh installation."""

    def make(system: System = KRATOS, *, seeded: bool = True) -> Address:
        where = targets.clone(system, seeded=seeded)
        build.complete(where, run.run_id)
        return where

    yield make
    targets.drop(targets.made)


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return Run(str(uuid.uuid4()), tmp_path)
