"""A test that lacks something is a failure in CI: a proof with a hole is none."""

from __future__ import annotations

import pytest

from tests.lacking import lacking


@pytest.mark.parametrize(
    ("said", "outcome"),
    [("true", pytest.fail.Exception), ("True", pytest.fail.Exception), ("", pytest.skip.Exception)],
)
def test_what_lacks_ends_a_test(said: str, outcome: type[BaseException], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", said)
    with pytest.raises(outcome, match="MySQL 9"):
        lacking("MySQL 9 is not installed")
