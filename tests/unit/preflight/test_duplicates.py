"""Which keys are searched for duplicates on the source."""

from __future__ import annotations

import pytest

from runner.catalog.model import Key
from runner.preflight import duplicates
from runner.preflight.subject import Subject
from tests.unit.preflight.subjects import subject, with_live_column, with_override, with_target_table


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The statements that reach the server, which answers that nothing is wrong."""
    statements: list[str] = []

    def answer(connection: object, sql: str) -> list[tuple[int, int]]:
        statements.append(" ".join(sql.split()))
        return [(0, 0)]

    monkeypatch.setattr(duplicates, "fetch_all", answer)
    return statements


def searched(one: Subject, sent: list[str]) -> int:
    sent.clear()
    assert list(duplicates.violations(one)) == []
    return len(sent)


def test_keys_that_the_source_enforces_are_not_searched(sent: list[str]) -> None:
    assert searched(subject("alkemio", "user"), sent) == 0
    assert searched(subject("kratos", "identity_credential_identifiers"), sent) == 0


def test_a_key_that_the_source_lacks_is_searched(sent: list[str]) -> None:
    assert searched(subject("kratos", "session_devices"), sent) == 1
    assert "group by CAST(LOWER(`nid`) AS BINARY), CAST(LOWER(`session_id`) AS BINARY), " in sent[0]


def test_a_uuid_key_that_tells_case_is_searched(sent: list[str]) -> None:
    one = with_live_column(subject("alkemio", "post"), "post", "id", collation="utf8mb4_bin")
    assert searched(one, sent) == 1 + sum("post" in key.columns for key in one.target.unique)


def test_a_rule_that_makes_values_equal_has_its_key_searched(sent: list[str]) -> None:
    user = subject("alkemio", "user")
    assert searched(with_override(user, "email", "truncate", "5"), sent) == 1
    assert searched(with_override(user, "email", "null_if_empty"), sent) == 0


def test_an_index_that_is_no_plain_one_is_left_to_postgres(sent: list[str]) -> None:
    partial = Key("partial", ("nid",), constraint=False, note="unique (nid) where (location is null)")
    assert searched(with_target_table(subject("kratos", "session_devices"), unique=(partial,)), sent) == 0
