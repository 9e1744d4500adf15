"""Every table of a system stands in exactly one domain, and whoever forgets one is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from runner.catalog import domains
from runner.errors import UsageError
from runner.systems import all_systems, named

KRATOS = named("kratos")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of its own with the domains of Kratos."""
    text = (KRATOS.baseline_folder / domains.NAME).read_text(encoding="utf-8")
    (tmp_path / domains.NAME).write_text(text, encoding="utf-8")
    return tmp_path


def test_every_table_has_one_domain() -> None:
    for system in all_systems():
        found = domains.read(system.baseline_folder, system.target_catalog)
        assert sorted(table for one in found for table in one.tables) == sorted(system.target_catalog.tables)
        assert len({one.slug for one in found}) == len(found) > 2
        assert all(one.says for one in found)


def test_a_system_without_domains_is_one(tmp_path: Path) -> None:
    (only,) = domains.read(tmp_path, KRATOS.target_catalog)
    assert only.tables == tuple(KRATOS.target_catalog.tables)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ('"networks", ', "", "has no domain for: networks"),
        ('"networks", ', '"networks", "networks", ', "has more than one domain for: networks"),
        ('"networks", ', '"networks", "nets", ', "names what the baseline has not: nets"),
        ('tables = ["courier', 'table = ["courier', "a list `tables`"),
        ("[", "[[[", "toml: "),
    ],
)
def test_what_is_wrong_is_told(folder: Path, before: str, after: str, told: str) -> None:
    path = folder / domains.NAME
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(UsageError, match=told):
        domains.read(folder, KRATOS.target_catalog)
