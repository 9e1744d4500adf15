"""How the parent of a reference is looked for on the source, and what it has to equal."""

from __future__ import annotations

from dataclasses import replace

import pytest

from runner.preflight import references
from runner.preflight.subject import Subject
from tests.unit.preflight.subjects import subject, with_live_column, with_mapping, with_override


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The statements that reach the server, which answers that nothing is wrong."""
    statements: list[str] = []

    def answer(connection: object, sql: str) -> list[tuple[int]]:
        statements.append(" ".join(sql.split()))
        return []

    monkeypatch.setattr(references, "fetch_all", answer)
    monkeypatch.setattr(references, "fetch_value", lambda connection, sql: len(answer(connection, sql)))
    return statements


def orphans(one: Subject, sent: list[str]) -> list[str]:
    sent.clear()
    assert list(references.violations(one)) == []
    return sent


def parent(one: Subject, name: str) -> Subject:
    """The table that is referred to, with what was changed in the first one."""
    return replace(one, mapping=one.mappings[name])


def test_every_reference_is_tried(sent: list[str]) -> None:
    tried = 0
    for system in ("alkemio", "kratos"):
        first = subject(system, {"alkemio": "visual", "kratos": "sessions"}[system])
        for name in first.mappings:
            tried += sum(max(1, one.count("SELECT")) for one in orphans(parent(first, name), sent))
    assert tried == 248


def test_few_children_of_a_large_table_share_one_join(sent: list[str]) -> None:
    rows = dict.fromkeys(subject("alkemio", "visual").mappings, 1000) | {"authorization_policy": 40_000}
    policies = subject("alkemio", "authorization_policy", estimated_rows=rows)
    children = sum(key.ref_table == "authorization_policy" for key in policies.target.foreign_keys)
    alone, together = sorted(orphans(policies, sent), key=len)
    assert children == 1
    assert "from `authorization_policy` as child" in alone
    assert together.count("UNION ALL") == 58
    assert "SELECT 0 AS reference, `authorizationId` AS value FROM `" in together
    assert "on parent.`id` = child.value" in together
    assert "`authorization_policy` as parent ignore index (primary)" in together


def test_what_the_server_gathers_has_a_bound(sent: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    rows = dict.fromkeys(subject("alkemio", "visual").mappings, 1000) | {"authorization_policy": 400_000}
    monkeypatch.setattr(references, "_TOGETHER", 10_000)
    sizes = [
        one.count("SELECT") for one in orphans(subject("alkemio", "authorization_policy", estimated_rows=rows), sent)
    ]
    assert max(sizes) == 10
    assert sum(max(1, size) for size in sizes) == 60


def test_few_children_are_looked_up_by_the_index(sent: list[str]) -> None:
    rows = {"visual": 100, "profile": 1_000_000}
    joined = " ".join(orphans(parent(subject("alkemio", "visual", estimated_rows=rows), "profile"), sent))
    assert "SELECT 0 AS reference" in joined
    assert "ignore index" not in joined


def test_many_children_are_joined_by_hash(sent: list[str]) -> None:
    rows = {"visual": 30_000, "profile": 100_000}
    mysql = " ".join(orphans(parent(subject("alkemio", "visual", estimated_rows=rows), "profile"), sent))
    assert mysql.count("`profile` as parent ignore index (primary)") == mysql.count("SET_VAR(join_buffer_size") == 1
    old = subject("alkemio", "visual", version="8.0.19", estimated_rows=rows)
    assert "ignore index" not in " ".join(orphans(parent(old, "profile"), sent))


def test_many_uuids_are_hashed_as_bytes_on_mariadb(sent: list[str]) -> None:
    one = subject("alkemio", "visual", kind="mariadb", estimated_rows={"visual": 30_000, "profile": 100_000})
    (joined,) = [sql for sql in orphans(parent(one, "profile"), sent) if "SET STATEMENT join_cache_level = 4" in sql]
    assert "AS reference, CAST(LOWER(`profileId`) AS BINARY(36)) AS value FROM `visual`" in joined
    assert "(SELECT CAST(LOWER(`id`) AS BINARY(36)) AS `id` FROM `profile` ignore index (primary)" in joined
    # Two bytes for each character: what is not converted first loses its last digits.
    for table, column in (("visual", "profileId"), ("profile", "id")):
        one = with_live_column(one, table, column, charset="ucs2", collation="ucs2_general_ci")
    joined = " ".join(orphans(parent(one, "profile"), sent))
    assert "CAST(LOWER(CONVERT(`profileId` USING utf8mb4)) AS BINARY(36)) AS value" in joined
    assert "CAST(LOWER(CONVERT(`id` USING utf8mb4)) AS BINARY(36)) AS `id`" in joined


def test_uuids_of_many_and_of_few_children_share_one_join_of_bytes(sent: list[str]) -> None:
    rows = dict.fromkeys(subject("alkemio", "visual").mappings, 1000) | {"authorization_policy": 40_000}
    policies = subject("alkemio", "authorization_policy", kind="mariadb", estimated_rows=rows)
    (together,) = orphans(policies, sent)
    assert together.count("AS BINARY(36)) AS value") == 60
    assert "tmp_memory_table_size" in together


def test_only_plain_uuids_are_hashed_as_bytes(sent: list[str]) -> None:
    rows = {"visual": 30_000, "profile": 100_000}
    one = subject("alkemio", "visual", kind="mariadb", estimated_rows=rows)
    folded = with_live_column(one, "visual", "profileId", collation="utf8mb4_bin")
    assert "BINARY(36)" not in " ".join(orphans(parent(folded, "profile"), sent))
    assert "BINARY(36)" not in " ".join(
        orphans(parent(with_override(one, "profileId", "null_if_empty"), "profile"), sent)
    )
    few = replace(one, live=replace(one.live, estimated_rows={"visual": 100, "profile": 1_000_000}))
    assert "BINARY(36)" not in " ".join(orphans(parent(few, "profile"), sent))


def test_references_are_equal_as_postgres_finds_them(sent: list[str]) -> None:
    exact = "CAST(LOWER(parent.`id`) AS BINARY) = CAST(LOWER(child.`profileId`) AS BINARY)"
    one = with_live_column(subject("alkemio", "visual"), "visual", "profileId", collation="utf8mb4_bin")
    assert exact in " ".join(orphans(parent(one, "profile"), sent))
    one = with_live_column(one, "profile", "id", collation="utf8mb4_bin")
    assert exact in " ".join(orphans(parent(one, "profile"), sent))
    columns = tuple(
        replace(column, rule="text") if column.name == "profileId" else column for column in one.mapping.columns
    )
    text = with_mapping(subject("alkemio", "visual"), replace(one.mapping, columns=columns))
    joined = " ".join(orphans(parent(text, "profile"), sent))
    assert "on parent.`id` = child.`profileId` AND CAST(LOWER(parent.`id`) AS BINARY) = CAST(child" in joined


def test_children_that_are_not_copied_are_not_asked(sent: list[str]) -> None:
    one = subject("alkemio", "profile")
    assert "`visual`" in " ".join(orphans(one, sent))
    some = {name: mapping for name, mapping in one.mappings.items() if name != "visual"}
    assert "`visual`" not in " ".join(orphans(replace(one, mappings=some), sent))
