"""A rehearsal is the cut-over but for its commit; forecast and runbook tell what it measured."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.integration import final
from tests.integration.deployment import (
    SAMPLE,
    Deployment,
    Finished,
    connect_target,
    make_baseline,
    password_of,
    targets,
)
from tests.servers import Postgres

ONE = ("--system", "kratos")


@dataclass(frozen=True)
class Rehearsed:
    """A rehearsal of the sample on an untouched baseline, and what was in public before it."""

    deployment: Deployment
    finished: Finished
    before: final.Final


@pytest.fixture(scope="module")
def rehearsed(postgres17: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsed]:
    with targets(postgres17) as written:
        make_baseline("kratos", written["kratos"])
        deployment = Deployment(SAMPLE, written, tmp_path_factory.mktemp("work"))
        before = final.seen(written["kratos"])
        yield Rehearsed(deployment, deployment.inv("rehearse", *ONE), before)


def schemas(url: str) -> set[str]:
    with connect_target(url) as connection:
        rows = connection.execute("select nspname from pg_namespace where nspname like 'convergence%'").fetchall()
    return {name for (name,) in rows}


def test_a_rehearsal_proves_everything_and_publishes_nothing(rehearsed: Rehearsed) -> None:
    assert (rehearsed.finished.code, rehearsed.finished.stderr) == (0, ""), rehearsed.finished.told
    url = rehearsed.deployment.targets["kratos"]
    assert final.seen(url) == rehearsed.before
    assert {name for name in schemas(url) if "retired" in name} == set()
    report = rehearsed.deployment.report()
    assert [phase["name"] for phase in report["phases"]][-2:] == ["verify", "rehearse"]
    assert [table["name"] for table in report["systems"]["kratos"]["tables"] if not table["identical"]] == []


def test_forecast_is_go_within_the_window(rehearsed: Rehearsed) -> None:
    told = rehearsed.deployment.inv("forecast", *ONE, "--window", "1h")
    assert (told.code, told.stderr) == (0, ""), told.told
    assert told.stdout.splitlines()[-1].startswith("GO: ")
    assert "assumed" in told.stdout
    total = next(line for line in told.stdout.splitlines() if line.startswith("total"))
    # The same data on the same machine: what it took is what it will take.
    assert float(total.split()[1]) == pytest.approx(rehearsed.deployment.report()["seconds"], abs=0.1)


def test_forecast_is_no_go_outside_of_it(rehearsed: Rehearsed) -> None:
    told = rehearsed.deployment.inv("forecast", *ONE, "--window", "1s")
    assert told.code == 1, told.told
    assert told.line.startswith("failed: NO-GO: it may take ")


def test_forecast_without_a_rehearsal(rehearsed: Rehearsed) -> None:
    told = rehearsed.deployment.inv("forecast")
    assert told.code == 2, told.told
    assert "`./inv rehearse` first" in told.line
    other = rehearsed.deployment.inv("forecast", *ONE, JOBS="7")
    assert other.code == 2, other.told


@pytest.fixture(scope="module")
def written(rehearsed: Rehearsed) -> tuple[str, str]:
    """The runbook as Markdown and as a page."""
    finished = rehearsed.deployment.inv("runbook", *ONE, "--window", "1h")
    assert (finished.code, finished.stderr) == (0, ""), finished.told
    markdown, page = (Path(line) for line in finished.stdout.splitlines())
    assert {path.stat().st_mode & 0o777 for path in (markdown, page)} == {0o600}
    return markdown.read_text(encoding="utf-8"), page.read_text(encoding="utf-8")


def test_runbook_has_the_real_places_and_no_secret(rehearsed: Rehearsed, written: tuple[str, str]) -> None:
    url = rehearsed.deployment.targets["kratos"]
    for text in written:
        assert url.rpartition("@")[2] in text
        assert "GO" in text
        assert "202 in 25 tables" in text
        assert password_of(url) not in text
        assert "{{" not in text


def test_a_view_that_would_stop_the_publish_stops_the_rehearsal(rehearsed: Rehearsed) -> None:
    deployment = rehearsed.deployment
    with connect_target(deployment.targets["kratos"]) as connection:
        connection.execute("create schema if not exists reports")
        connection.execute("create view reports.people as select id from public.identities")
        try:
            finished = deployment.inv("rehearse", *ONE)
            told = deployment.inv("forecast", *ONE, "--window", "1h")
        finally:
            connection.execute("drop view reports.people")
    assert finished.code == 3, finished.told
    assert "people" in finished.line
    assert final.seen(deployment.targets["kratos"]) == rehearsed.before
    assert told.code == 1, told.told
    assert "the last rehearsal" in told.line


def test_what_was_rehearsed_can_be_published(rehearsed: Rehearsed) -> None:
    deployment = rehearsed.deployment
    assert deployment.inv("rehearse", *ONE).code == 0
    finished = deployment.inv("publish", *ONE)
    assert (finished.code, finished.stderr) == (0, ""), finished.told
    assert len(final.seen(deployment.targets["kratos"]).tables) == len(rehearsed.before.tables)
    assert final.seen(deployment.targets["kratos"]) != rehearsed.before
