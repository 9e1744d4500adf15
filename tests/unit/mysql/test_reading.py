"""The export's select list: JSON is printed once, and only where that is known to be safe."""

from __future__ import annotations

from typing import Any, cast

import pytest

from runner import digest
from runner.mysql import reading
from tests.corpus.tables import column, override

ID = column("id", "int", "integer", nullable=False)
DOCUMENT = column("doc`s", "json", "json")


def test_a_value_is_printed_once_and_hashed_as_printed() -> None:
    listed = reading.select_list([ID, DOCUMENT], once=True)
    assert listed.startswith("`id`, @printed_1 := CAST(`doc``s` AS CHAR), ")
    assert listed.count("`doc``s`") == 2
    assert "IF(ISNULL(`doc``s`), '', SHA2(@printed_1, 256))" in listed


def test_twice_is_the_digest_as_documented() -> None:
    assert (
        reading.select_list([ID, DOCUMENT], once=False) == f"`id`, `doc``s`, {digest.prefix('mysql', [ID, DOCUMENT])}"
    )


@pytest.mark.parametrize(
    "left_alone",
    [
        column("doc", "longtext", "text"),
        column("doc", "json", "json", override=override("doc", "null_if_empty")),
    ],
)
def test_what_is_not_printed_or_is_changed_by_a_rule_is_read_as_it_is(left_alone: Any) -> None:
    assert reading.select_list([left_alone], once=True) == reading.select_list([left_alone], once=False)


@pytest.mark.parametrize(("answers", "usable"), [(["same", "same"], True), (["same", "other"], False)])
def test_a_server_that_answers_otherwise_is_read_as_before(
    monkeypatch: pytest.MonkeyPatch, answers: list[str], usable: bool
) -> None:
    given = iter(answers)
    monkeypatch.setattr(reading, "fetch_all", lambda *_: [(next(given),)])
    assert reading.prints_once(cast(Any, None)) is usable
