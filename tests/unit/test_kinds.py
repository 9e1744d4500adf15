"""docs/violations.md explains every kind that check and stage know, and no other."""

import re

from runner.kinds import KINDS
from runner.systems import ROOT

DOCUMENT = (ROOT / "docs" / "violations.md").read_text(encoding="utf-8")


def sections() -> dict[str, str]:
    parts = re.split(r"^### `(\w+)`$", DOCUMENT, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_every_kind_is_explained() -> None:
    assert set(sections()) == set(KINDS)


def test_every_explanation_has_three_parts() -> None:
    for kind, text in sections().items():
        parts = re.findall(r"^\*\*(Flagged|Why|Remedy)\*\* (.+)$", text, flags=re.MULTILINE)
        assert [part for part, _ in parts] == ["Flagged", "Why", "Remedy"], kind


def test_what_can_be_accepted_says_so() -> None:
    for kind, text in sections().items():
        assert ("accepted_violations.csv" in text) == KINDS[kind].acceptable, kind


def test_kinds_of_scenarios_are_documented() -> None:
    seeded = {
        kind
        for path in (ROOT / "tests" / "scenarios").glob("*/scenario.json")
        for kind in re.findall(r'"kind": "(\w+)"', path.read_text(encoding="utf-8"))
    }
    assert seeded <= set(KINDS)
    # A key's columns are never merged by the rules of the bundled systems, and no source can hold the other two.
    assert set(KINDS) - seeded == {"primary_key", "trailing_blank", "not_hex"}
