"""How the parent of a reference is looked for on the source, and what it has to equal."""

from __future__ import annotations

from dataclasses import replace

import pytest

from runner.preflight import references
from runner.preflight.subject import Subject
from tests.unit.preflight.subjects import subject, with_live_column


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The statements that reach the server, which answers that nothing is wrong."""
    statements: list[str] = []

    def answer(connection: object, sql: str) -> int:
        statements.append(" ".join(sql.split()))
        return 0

    monkeypatch.setattr(references, "fetch_value", answer)
    return statements


def orphans(one: Subject, sent: list[str]) -> list[str]:
    sent.clear()
    assert list(references.violations(one)) == []
    return sent


def test_every_foreign_key_is_tried_by_its_index(sent: list[str]) -> None:
    rows = {"visual": 100, "profile": 1_000, "authorization_policy": 1_000}
    one = subject("alkemio", "visual", estimated_rows=rows)
    assert len(orphans(one, sent)) == len(one.target.foreign_keys)
    assert "on parent.`id` = child.`profileId` where child.`profileId` IS NOT NULL" in " ".join(sent)
    assert "ignore index" not in " ".join(sent)


def test_many_children_are_joined_by_hash(sent: list[str]) -> None:
    rows = {"visual": 30_000, "profile": 100_000, "authorization_policy": 1_000_000}
    mysql = " ".join(orphans(subject("alkemio", "visual", estimated_rows=rows), sent))
    assert mysql.count("`profile` as parent ignore index (primary)") == mysql.count("SET_VAR(join_buffer_size") == 1
    older = " ".join(orphans(subject("alkemio", "visual", version="8.0.19", estimated_rows=rows), sent))
    assert "ignore index" not in older
    mariadb = " ".join(orphans(subject("alkemio", "visual", kind="mariadb", estimated_rows=rows), sent))
    assert mariadb.count("SET STATEMENT join_cache_level = 4") == 1


def test_references_are_equal_as_postgres_finds_them(sent: list[str]) -> None:
    exact = "CAST(LOWER(parent.`id`) AS BINARY) = CAST(LOWER(child.`profileId`) AS BINARY)"
    one = with_live_column(subject("alkemio", "visual"), "visual", "profileId", collation="utf8mb4_bin")
    assert exact in " ".join(orphans(one, sent))
    one = with_live_column(one, "profile", "id", collation="utf8mb4_bin")
    assert exact in " ".join(orphans(one, sent))
    columns = tuple(
        replace(column, rule="text") if column.name == "profileId" else column for column in one.mapping.columns
    )
    text = replace(subject("alkemio", "visual"), mapping=replace(one.mapping, columns=columns))
    joined = " ".join(orphans(text, sent))
    assert "on parent.`id` = child.`profileId` AND CAST(LOWER(parent.`id`) AS BINARY) = CAST(child" in joined


def test_parents_that_are_not_copied_are_not_asked(sent: list[str]) -> None:
    one = subject("alkemio", "visual")
    some = {name: mapping for name, mapping in one.mappings.items() if name != "profile"}
    assert "`profile` as parent" not in " ".join(orphans(replace(one, mappings=some), sent))
