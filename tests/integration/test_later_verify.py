"""A verify long after the publish: it says what changed since, on which side, in which rows; also without the files."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from runner.systems import named
from tests.integration.deployment import (
    Deployment,
    Finished,
    connect_source,
    connect_target,
    fill,
    hostile_password,
)
from tests.servers import MySQL, Postgres

KRATOS = ("--system", "kratos")
# A text and a jsonb that the application wrote since, in the target.
TARGET = {
    "courier_messages": ("subject", "subject || 'x'", "left(subject, -1)"),
    "identities": ("traits", "jsonb_set(traits, '{later}', '1')", "traits - 'later'"),
    "selfservice_errors": ("was_seen", "not was_seen", "not was_seen"),
}
# What somebody wrote in the source that should stand still; the last one on both sides, in different rows.
SOURCE = {
    "identity_credential_types": ("name", "concat(name, 'x')", "left(name, char_length(name) - 1)"),
    "sessions": ("active", "1 - active", "1 - active"),
    "selfservice_errors": ("csrf_token", "concat(csrf_token, 'x')", "left(csrf_token, char_length(csrf_token) - 1)"),
}


@dataclass
class Published:
    """A system that was published, and what became of each verify since."""

    deployment: Deployment
    server: MySQL
    run_id: str

    def verify(self) -> Finished:
        return self.deployment.inv("verify", "--run", self.run_id, *KRATOS)

    def violations(self) -> dict[tuple[str, str], dict[str, Any]]:
        """Those of the last verify that a digest found, by table and kind."""
        found = self.deployment.report(self.run_id)["violations"]
        return {(one["table"], one["kind"]): one for one in found if one["kind"] != "dbt_test"}

    def write_target(self, step: int) -> dict[str, str]:
        """Change (1) or restore (2) one row of each table; the keys."""
        keys = {}
        with connect_target(self.deployment.targets["kratos"]) as connection:
            for table, change in TARGET.items():
                row = f"select min(id::text)::uuid from {table}"
                statement = f"update {table} set {change[0]} = {change[step]} where id = ({row}) returning id::text"
                ((keys[table],),) = connection.execute(statement.encode()).fetchall()
        return keys

    def write_source(self, step: int) -> dict[str, str]:
        keys = {}
        with (
            connect_source(self.server, self.deployment.sources["kratos"]) as connection,
            connection.cursor() as cursor,
        ):
            for table, change in SOURCE.items():
                cursor.execute(f"select max(id) from {table}")
                ((keys[table],),) = cursor.fetchall()
                cursor.execute(f"update {table} set {change[0]} = {change[step]} where id = %s", (keys[table],))
            connection.commit()
        return {table: key.lower() for table, key in keys.items()}


@pytest.fixture(scope="module")
def published(mysql: MySQL, postgres17: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Published]:
    name, password = f"later_{secrets.token_hex(4)}", hostile_password()
    fill(mysql, named("kratos"), name, seed=31)
    mysql.create_account(name, password, ("SELECT", "RELOAD"))
    postgres17.create_role_and_database(name, password)
    deployment = Deployment(
        {"kratos": mysql.url(name, name, password)},
        {"kratos": postgres17.url(name, name, password)},
        tmp_path_factory.mktemp("work"),
    )
    finished = deployment.inv("migrate", *KRATOS)
    assert finished.code == 0, finished.told
    yield Published(deployment, mysql, deployment.latest.name)
    mysql.drop_account(name)
    mysql.drop_database(name)
    postgres17.drop_role_and_database(name)


@pytest.fixture(scope="module")
def written(published: Published) -> tuple[dict[str, str], dict[str, str]]:
    """The keys of the rows that changed in the target and in the source."""
    return published.write_target(1), published.write_source(1)


@pytest.mark.parametrize("cleaned", [False, True], ids=["with the files", "after clean"])
def test_both_sides_are_named(
    published: Published, written: tuple[dict[str, str], dict[str, str]], cleaned: bool
) -> None:
    in_target, in_source = written
    if cleaned:
        assert published.deployment.inv("clean", "--run", published.run_id, *KRATOS).code == 0
    finished = published.verify()
    assert finished.code == 1, finished.told
    found = published.violations()
    assert set(found) == {(table, "digest_differs") for table in TARGET} | {
        (table, "written_after_snapshot") for table in SOURCE
    }
    for table in TARGET.keys() - SOURCE.keys():
        one = found[table, "digest_differs"]
        assert (one["column"], one["rows"], one["sample_keys"]) == (TARGET[table][0], 1, [in_target[table]])
    for table in SOURCE.keys() - TARGET.keys():
        one = found[table, "written_after_snapshot"]
        assert (one["column"], one["rows"], one["sample_keys"]) == (SOURCE[table][0], 1, [in_source[table]])
    both = "selfservice_errors"
    keys = {kind: set(found[both, kind]["sample_keys"]) for kind in ("digest_differs", "written_after_snapshot")}
    if cleaned:
        # Nothing is left of the moment of the snapshot: the two sides can only be compared with one another.
        assert keys == {kind: {in_target[both], in_source[both]} for kind in keys}
    else:
        assert keys == {"digest_differs": {in_target[both]}, "written_after_snapshot": {in_source[both]}}


def test_few_queries_found_them(published: Published, written: object) -> None:
    events = [one for one in published.deployment.log(published.run_id) if one["event"] == "difference"]
    assert len(events) == 2 * (len(TARGET) + len(SOURCE))
    assert max(one["queries"] for one in events) < 30


def test_all_is_well_when_nothing_changed_or_all_was_undone(published: Published, written: object) -> None:
    published.write_target(2)
    published.write_source(2)
    finished = published.verify()
    assert finished.code == 0, finished.told
    report = published.deployment.report(published.run_id)
    assert all(table["identical"] for table in report["systems"]["kratos"]["tables"])
    assert len(report["systems"]["kratos"]["tables"]) == 25
    assert published.deployment.inv("evidence", "--check", str(published.deployment.latest / "evidence")).code == 0
