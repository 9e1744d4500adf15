"""What was there comes back, exactly, and publish works again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from runner.errors import RefusalError
from runner.phases import publish
from runner.postgres import build, publication
from runner.run import Run
from runner.settings import Address
from runner.systems import BUILD, FINAL
from tests.integration.publishing.databases import (
    ALKEMIO,
    KRATOS,
    drift,
    execute,
    go,
    schemas,
    state,
)


def test_a_view_made_after_publish_refuses_rollback(fresh: Callable[..., Address], run: Run) -> None:
    where = fresh()
    go(run, where)
    execute(where, "create schema theirs")
    execute(where, "create view theirs.report as select name from identity_credential_types")
    before = state(where)
    with pytest.raises(RefusalError, match=r"view theirs\.report depends on"):
        publish.rollback({KRATOS: where})
    assert state(where) == before
    execute(where, "drop view theirs.report")
    assert publish.rollback({KRATOS: where}) == {KRATOS: run.run_id}


def test_rollback_restores_exactly_and_publish_works_again(fresh: Callable[..., Address], run: Run) -> None:
    where = fresh()
    before, built = state(where), state(where, BUILD)
    go(run, where)
    published = state(where)
    assert publish.rollback({KRATOS: where}) == {KRATOS: run.run_id}
    assert state(where) == before
    assert state(where, BUILD)["rows"] == built["rows"]
    assert state(where, BUILD)["catalog"].tables == built["catalog"].tables
    assert schemas(where) == {FINAL, BUILD, "convergence_record"}
    assert not publication.is_published(where, run.run_id)
    go(run, where)
    assert state(where) == published
    assert publish.rollback({KRATOS: where}) == {KRATOS: run.run_id}
    assert state(where) == before


def test_rollback_to_an_empty_public(fresh: Callable[..., Address], run: Run) -> None:
    where = fresh(seeded=False)
    go(run, where)
    publish.rollback({KRATOS: where})
    assert state(where)["relations"] == []
    assert len(state(where, BUILD)["rows"]["networks"]) == 5
    go(run, where)
    assert drift(where, KRATOS) == []


def test_rollback_undoes_the_last_run_and_none_before_it(fresh: Callable[..., Address], tmp_path: Path) -> None:
    earlier, later = (Run(f"0199{number}000-0000-7000-8000-000000000000", tmp_path) for number in (1, 2))
    places = {ALKEMIO: fresh(ALKEMIO), KRATOS: fresh(KRATOS)}
    for system, one in ((ALKEMIO, later), (KRATOS, earlier)):
        build.complete(places[system], one.run_id)
        go(one, places[system], system)
    assert publish.rollback(places) == {ALKEMIO: later.run_id}
    assert publication.is_published(places[KRATOS], earlier.run_id)
    assert publish.rollback(places) == {KRATOS: earlier.run_id}


def test_nothing_to_roll_back(fresh: Callable[..., Address], run: Run) -> None:
    where = fresh()
    with pytest.raises(RefusalError, match="no publish of this tool is in force"):
        publish.rollback({KRATOS: where})
    go(run, where)
    publish.rollback({KRATOS: where})
    with pytest.raises(RefusalError, match="no publish of this tool is in force"):
        publish.rollback({KRATOS: where})
