"""Each phase alone: what it needs, what it leaves for the next, and how much memory all of them take."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from runner.postgres import fk_indexes
from runner.systems import named
from tests.comparison import differences
from tests.integration import final
from tests.integration.deployment import (
    SAMPLE,
    Deployment,
    Finished,
    Watched,
    connect_source,
    connect_target,
    fill,
    sources,
    targets,
)
from tests.page_cache import resident
from tests.servers import Postgres, SourceServer

PHASES = ("check", "export", "stage", "load", "verify", "publish")
MEMORY = 600 * 2**20
SCALE = 0.01
BYTES = 50 * 10**6


@dataclass(frozen=True)
class Chain:
    """The phases of one run of Kratos, each started alone, and what was in public after each."""

    deployment: Deployment
    server: SourceServer
    run_id: str
    finished: dict[str, Finished]
    tables_after: dict[str, int]


@pytest.fixture(scope="module")
def filled(mysql: SourceServer) -> Iterator[dict[str, str]]:
    """A source of both systems."""
    with sources(mysql, seed=31) as urls:
        yield urls


@pytest.fixture(scope="module")
def chain(
    filled: dict[str, str], mysql: SourceServer, postgres17: Postgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Chain]:
    """Every phase in order, named by the run that `check` made."""
    with targets(postgres17) as written:
        deployment = Deployment(filled, written, tmp_path_factory.mktemp("work"))
        finished = {"check": deployment.inv("check", "--system", "kratos")}
        run_id = deployment.latest.name
        # A later run must not be taken for the one that is named.
        deployment.inv("check", "--system", "alkemio")
        tables_after = {"check": len(final.seen(written["kratos"]).tables)}
        for phase in PHASES[1:]:
            finished[phase] = deployment.inv(phase, "--run", run_id, "--system", "kratos")
            tables_after[phase] = len(final.seen(written["kratos"]).tables)
        yield Chain(deployment, mysql, run_id, finished, tables_after)


@pytest.mark.parametrize("phase", PHASES)
def test_a_phase_alone(chain: Chain, phase: str) -> None:
    finished = chain.finished[phase]
    assert (finished.code, finished.stderr) == (0, ""), finished.told
    assert chain.tables_after[phase] == (26 if phase == "publish" else 0)


def test_a_file_that_was_staged_holds_no_memory(chain: Chain) -> None:
    files = [path for path in chain.deployment.work.glob(f"{chain.run_id}/export/*/*/*.csv") if path.stat().st_size]
    assert len(files) > 10
    assert {str(path): held for path in files if (held := resident(path))} == {}


def test_phases_alone_are_a_migration(chain: Chain) -> None:
    deployment = chain.deployment
    with (
        connect_source(chain.server, deployment.sources["kratos"]) as source,
        connect_target(deployment.targets["kratos"]) as target,
    ):
        assert list(differences(source, target, "kratos")) == []
    report = deployment.report(chain.run_id)
    assert set(report["systems"]) == {"kratos"}
    assert [table["name"] for table in report["systems"]["kratos"]["tables"] if not table["identical"]] == []


def test_a_published_run_can_be_verified_in_public(chain: Chain) -> None:
    finished = chain.deployment.inv("verify", "--run", chain.run_id, "--system", "kratos")
    assert (finished.code, finished.stderr) == (0, ""), finished.told


def test_publishing_twice_changes_nothing(chain: Chain) -> None:
    before = final.seen(chain.deployment.targets["kratos"])
    finished = chain.deployment.inv("publish", "--run", chain.run_id, "--system", "kratos")
    assert (finished.code, finished.stderr) == (0, ""), finished.told
    assert final.seen(chain.deployment.targets["kratos"]) == before


def test_indexes_of_foreign_keys_on_request(postgres17: Postgres, tmp_path: Path) -> None:
    wanted = {str(one.key.name) for one in fk_indexes.missing(named("kratos").target_catalog)}
    with targets(postgres17) as written:
        deployment = Deployment({"kratos": SAMPLE["kratos"]}, {"kratos": written["kratos"]}, tmp_path)
        finished = deployment.inv("migrate", "--system", "kratos", "--with-fk-indexes")
        assert (finished.code, finished.stderr) == (0, ""), finished.told
        report = deployment.report("latest")["systems"]["kratos"]
        assert set(report["added_indexes"]) == wanted
        assert "foreign_key_without_index" not in {one["kind"] for one in report["advice"]}
        with connect_target(written["kratos"]) as target, target.cursor() as cursor:
            cursor.execute("select indexname from pg_indexes where schemaname = 'public'")
            assert {name for (name,) in cursor.fetchall()} >= wanted
            # Exactly these are allowed: one more is drift, and so is one less.
            lost = min(wanted)
            cursor.execute(f"drop index {lost}; create index of_nobody on sessions (aal)".encode())
        finished = deployment.inv("verify", "--system", "kratos")
        assert finished.code == 1
        drift = deployment.report("latest")["systems"]["kratos"]["drift"]
        assert {(one["object"], one["kind"]) for one in drift} == {
            (f"index {lost}", "missing"),
            ("index of_nobody", "extra"),
        }
        with connect_target(written["kratos"]) as target, target.cursor() as cursor:
            (one,) = (one for one in fk_indexes.missing(named("kratos").target_catalog) if one.key.name == lost)
            cursor.execute(f"drop index of_nobody; {one.statement.sql}".encode())
        # They go where their tables go, and what this tool published may be replaced.
        for arguments in (("verify",), ("rollback",), ("publish",), ("check", "--replace")):
            finished = deployment.inv(*arguments, "--system", "kratos")
            assert (finished.code, finished.stderr) == (0, ""), finished.told


def test_an_earlier_export_is_a_source(chain: Chain, postgres15: Postgres, tmp_path: Path) -> None:
    exported = chain.deployment.work / chain.run_id / "export" / "kratos"
    with targets(postgres15) as written:
        deployment = Deployment({"kratos": f"csv:{exported}"}, {"kratos": written["kratos"]}, tmp_path)
        finished = deployment.inv("migrate", "--system", "kratos")
        assert (finished.code, finished.stderr) == (0, ""), finished.told
        with (
            connect_source(chain.server, chain.deployment.sources["kratos"]) as source,
            connect_target(written["kratos"]) as target,
        ):
            assert list(differences(source, target, "kratos")) == []
        earlier, report = (one.report(run) for one, run in ((chain.deployment, chain.run_id), (deployment, "latest")))
        assert report["systems"]["kratos"]["source"]["kind"] == "csv"
        assert _digests(report) == _digests(earlier)


def _digests(report: dict[str, dict[str, dict[str, list[dict[str, str]]]]]) -> dict[str, str]:
    return {table["name"]: table["final_digest"] for table in report["systems"]["kratos"]["tables"]}


@pytest.fixture(scope="module")
def one_table(
    filled: dict[str, str], postgres15: Postgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Deployment, dict[str, Finished]]]:
    """Every phase in order, on the latest run and one table of it."""
    with targets(postgres15) as written:
        deployment = Deployment(filled, written, tmp_path_factory.mktemp("work"))
        chosen = ("--system", "kratos", "--table", "identities")
        finished = {phase: deployment.inv(phase, *chosen) for phase in PHASES[:-1]}
        finished["publish"] = deployment.inv("publish", "--system", "kratos")
        yield deployment, finished


@pytest.mark.parametrize("phase", PHASES[:-1])
def test_a_phase_of_one_table(one_table: tuple[Deployment, dict[str, Finished]], phase: str) -> None:
    finished = one_table[1][phase]
    assert (finished.code, finished.stderr) == (0, ""), finished.told


def test_one_table_is_proved_and_nothing_else(one_table: tuple[Deployment, dict[str, Finished]]) -> None:
    deployment, _ = one_table
    assert [path.name for path in (deployment.latest / "export" / "kratos").iterdir() if path.is_dir()] == [
        "identities"
    ]
    verified = (deployment.latest / "verify" / "kratos.json").read_text()
    assert '"identical": true' in verified
    assert '"proved": false' in verified


def test_one_table_is_not_published(one_table: tuple[Deployment, dict[str, Finished]]) -> None:
    deployment, finished = one_table
    assert finished["publish"].code == 3, finished["publish"].told
    assert "verify" in finished["publish"].line
    assert final.seen(deployment.targets["kratos"]).tables == {}


@pytest.fixture(scope="module")
def only_checked(postgres15: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """A run that came no further than `check`."""
    with targets(postgres15) as written:
        deployment = Deployment(SAMPLE, written, tmp_path_factory.mktemp("work"))
        assert deployment.inv("check").code == 0
        yield deployment


@pytest.mark.parametrize(
    ("phase", "needed"), [("stage", "export"), ("load", "stage"), ("verify", "load"), ("publish", "verify")]
)
def test_a_phase_too_early_names_the_one_to_run_first(only_checked: Deployment, phase: str, needed: str) -> None:
    finished = only_checked.inv(phase, "--system", "kratos")
    assert finished.code == 2, finished.told
    assert f"`./inv {needed} --run {only_checked.latest.name}` first" in finished.line
    assert final.seen(only_checked.targets["kratos"]).tables == {}


@pytest.mark.parametrize("phase", ["export", "verify"])
def test_a_phase_without_any_run_says_how_to_begin(postgres15: Postgres, tmp_path: Path, phase: str) -> None:
    with targets(postgres15) as written:
        finished = Deployment(SAMPLE, written, tmp_path / "work").inv(phase)
    assert finished.code == 2, finished.told
    assert "./inv check" in finished.line


def test_export_after_a_failed_check_asks_for_the_check(
    filled: dict[str, str], postgres15: Postgres, tmp_path: Path
) -> None:
    with targets(postgres15) as written:
        deployment = Deployment(filled, written, tmp_path / "work")
        assert deployment.inv("check", "--table", "no_such_table").code == 2
        finished = deployment.inv("export", "--system", "kratos")
    assert finished.code == 2, finished.told
    assert "./inv check" in finished.line


@pytest.fixture
def large(mysql: SourceServer) -> Iterator[str]:
    """Alkemio in proportion to production, sixty megabytes."""
    fill(mysql, named("alkemio"), "large_alkemio", seed=32, scale=SCALE)
    yield mysql.url("large_alkemio")
    mysql.drop_database("large_alkemio")


def test_memory_is_bounded(large: str, filled: dict[str, str], postgres17: Postgres, tmp_path: Path) -> None:
    with targets(postgres17) as written:
        deployment = Deployment({**filled, "alkemio": large}, written, tmp_path)
        watched = Watched(weigh=True)
        finished = deployment.inv("migrate", watched=watched, JOBS="2")
        assert finished.code == 0, finished.told
    moved = sum(table["bytes"] for system in deployment.report()["systems"].values() for table in system["tables"])
    assert moved > BYTES
    assert 0 < watched.peak_bytes < MEMORY
