"""`./inv bench` says in one line which of its options is wrong, before anything is started."""

from __future__ import annotations

from typing import Any

import pytest

from runner.errors import UsageError
from tests.bench import command
from tests.bench.contest import CANDIDATES

GOOD: dict[str, Any] = {"scale": "0.2", "source": "mysql", "target": "17", "repeat": 1, "only": (), "systems": ()}


def test_scales_are_put_in_order() -> None:
    chosen = command.options(**GOOD | {"scale": "0.5,0.02, 0.1"})
    assert chosen.scales == (0.02, 0.1, 0.5)
    assert chosen.only == CANDIDATES


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("scale", "", "0.02,0.1,0.5"),
        ("scale", "0.1,many", "0.02,0.1,0.5"),
        ("scale", "0", "above 0"),
        ("scale", "11", "at most 10"),
        ("scale", "nan", "above 0"),
        ("source", "oracle", "mysql, mariadb"),
        ("target", "16", "15, 17, 18"),
        ("repeat", 0, "1 or more"),
        ("only", ("floor",), "floors"),
        ("systems", ("alkemia",), "alkemio"),
    ],
)
def test_a_wrong_option_is_named(option: str, value: object, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        command.options(**GOOD | {option: value})
    assert words in str(caught.value)
    assert str(caught.value).count("\n") == 0
