"""`./inv migrate --since RUN`: whatever changed meanwhile, all arrives as in a run that read everything."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.comparison.compare import differences
from tests.integration.attempts import MAPPINGS
from tests.integration.deployment import Deployment, connect_source, connect_target, sources, targets
from tests.servers import Postgres, SourceServer


@pytest.fixture(scope="module")
def deployment(
    mysql: SourceServer, postgres17: Postgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Deployment]:
    """Kratos, migrated once."""
    with sources(mysql, seed=44) as read, targets(postgres17) as written:
        made = Deployment(read, written, tmp_path_factory.mktemp("work"))
        first = made.inv("migrate", "--system", "kratos")
        assert first.code == 0, first.told
        yield made


def moved_since(deployment: Deployment, mysql: SourceServer, earlier: str, *statements: str) -> set[str]:
    """Change the source and move it since that run: all arrives, nothing is loaded twice; the tables landed anew."""
    with closing(connect_source(mysql, deployment.sources["kratos"])) as source_connection:
        with source_connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
        source_connection.commit()
        moved = deployment.inv("migrate", "--system", "kratos", "--replace", "--since", earlier)
        assert (moved.code, moved.stderr) == (0, ""), moved.told
        with connect_target(deployment.targets["kratos"]) as target:
            assert list(differences(source_connection, target, "kratos")) == []
    # A loader that hears of a table whose rows are not there begins all anew.
    assert "all begun anew" not in waves(deployment)
    assert all(table["identical"] for table in deployment.report()["systems"]["kratos"]["tables"])
    return tables(deployment, "landed")


def waves(deployment: Deployment) -> list[str]:
    """What the log says of each wave of tables that was loaded."""
    return [event["outcome"] for event in deployment.log() if event["event"] == "wave"]


def tables(deployment: Deployment, outcome: str) -> set[str]:
    """The tables of which a file was written or landed."""
    return {event["table"] for event in deployment.log() if (event["event"], event["outcome"]) == ("file", outcome)}


def test_the_whole_way(deployment: Deployment, mysql: SourceServer) -> None:
    changed = "update identities set state = 'inactive', updated_at = now()"
    landed = moved_since(deployment, mysql, deployment.latest.name, changed)
    # Publish took landing away, so that only files could be taken over.
    assert len(landed) == len(MAPPINGS)
    assert tables(deployment, "written") == {"identities"}


def test_rows_that_were_landed_are_loaded_while_others_are_read(deployment: Deployment, mysql: SourceServer) -> None:
    for task in ("check", "export", "stage"):
        landed = deployment.inv(task, "--system", "kratos", *(["--replace"] if task == "check" else []))
        assert landed.code == 0, landed.told
    changed = ("update identities set state = 'active', updated_at = now()", "delete from sessions order by id limit 1")
    anew = moved_since(deployment, mysql, deployment.latest.name, *changed)
    assert anew == {"identities", "sessions", "session_devices"}
    # Twenty of those that held made a wave.
    assert "20 tables" in waves(deployment)


def rehearsed(deployment: Deployment) -> str:
    """The id of a rehearsal of the source as it is now."""
    told = deployment.inv("rehearse", "--system", "kratos", "--replace")
    assert told.code == 0, told.told
    return deployment.latest.name


def exchanged(deployment: Deployment) -> dict[str, int]:
    """The tables of which load exchanged rows of an earlier build, with the number of ranges."""
    load = json.loads((deployment.latest / "load" / "kratos.json").read_bytes())
    assert set(load["tables"]) == set(load["exchanged"])
    return dict(load["exchanged"])


def test_the_build_of_a_rehearsal_gets_only_what_changed(deployment: Deployment, mysql: SourceServer) -> None:
    earlier = rehearsed(deployment)
    changed = ("update identities set updated_at = now()", "delete from sessions order by id limit 1")
    anew = moved_since(deployment, mysql, earlier, *changed)
    # The rows that a deleted session takes along are gone from build as well.
    assert exchanged(deployment) == dict.fromkeys(anew, 1)
    told = [event["outcome"] for event in deployment.log() if event["event"] == "renewal"]
    assert told == ["3 ranges of 3 tables exchanged"]
    assert anew == {"identities", "sessions", "session_devices"}
    assert waves(deployment) == []


def test_a_rehearsal_that_nothing_followed_is_published_as_it_is(deployment: Deployment, mysql: SourceServer) -> None:
    assert moved_since(deployment, mysql, rehearsed(deployment)) == set()
    assert exchanged(deployment) == {}


def test_a_build_that_somebody_changed_is_never_published(deployment: Deployment, mysql: SourceServer) -> None:
    earlier = rehearsed(deployment)
    with connect_target(deployment.targets["kratos"]) as connection:
        connection.execute("update convergence_build.networks set created_at = created_at + interval '1 second'")
    told = deployment.inv("migrate", "--system", "kratos", "--replace", "--since", earlier)
    assert told.code == 1, told.told
    assert "kratos: the earlier run's build stands: nothing had changed" in told.stdout
    assert "kratos.networks.created_at: digest_differs, " in told.line
    assert [one["table"] for one in deployment.report()["violations"]] == ["networks"]
    # Landing has every row, so what the line says to do needs nothing of the source.
    run_id = deployment.latest.name
    for task in ("load", "verify", "publish"):
        again = deployment.inv(task, "--system", "kratos", "--run", run_id)
        assert again.code == 0, again.told


def test_a_fault_in_what_changed_is_told_at_once(deployment: Deployment, mysql: SourceServer) -> None:
    with closing(connect_source(mysql, deployment.sources["kratos"])) as connection, connection.cursor() as cursor:
        cursor.execute("update identities set state = char(0 using utf8mb4)")
        connection.commit()
    moved = deployment.inv("migrate", "--system", "kratos", "--replace", "--since", deployment.latest.name)
    assert moved.code == 1, moved.told
    assert moved.line.startswith(
        "failed: export: 1 violation of rules or constraints, first: kratos.identities.state: nul"
    )
    told = {(one["table"], one["kind"]) for one in deployment.report()["violations"]}
    assert told == {("identities", "nul_in_text")}
    assert tables(deployment, "written") == set()


def test_since_with_resume_is_wrong_use(deployment: Deployment) -> None:
    finished = deployment.inv("migrate", "--resume", "--since", "latest")
    assert finished.code == 2, finished.told
