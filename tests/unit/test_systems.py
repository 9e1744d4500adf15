"""Systems are found by their folders; a new one needs no Python."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from runner import systems
from runner.errors import UsageError
from runner.systems import System, all_systems, named


def test_the_projects_systems() -> None:
    assert [system.name for system in all_systems()] == ["alkemio", "kratos"]
    assert named("kratos") == System("kratos")


@pytest.mark.parametrize("name", ["", "Alkemio", "alkemio ", "../alkemio", "hydra"])
def test_an_unknown_system(name: str) -> None:
    with pytest.raises(UsageError) as caught:
        named(name)
    assert str(caught.value) == f"unknown system {name!r}: this project knows alkemio, kratos"


@pytest.mark.parametrize("system", all_systems(), ids=lambda system: system.name)
def test_both_catalogs_name_the_same_tables_and_columns(system: System) -> None:
    source, target = system.source_catalog.tables, system.target_catalog.tables
    assert source.keys() == target.keys()
    for name, table in target.items():
        assert {column.name for column in table.columns} == {column.name for column in source[name].columns}
    assert (system.source_catalog.engine, system.target_catalog.engine) == ("mysql", "postgres")


def test_the_seeds_of_an_untouched_target() -> None:
    assert named("alkemio").seed_limits == (42, 16)
    assert named("kratos").seed_limits == (7, 1)


def test_folders() -> None:
    system = System("kratos")
    assert system.baseline_folder == systems.ROOT / "baseline" / "kratos"
    assert system.model_folder == systems.ROOT / "models" / "kratos"
    assert system.sample_folder == systems.ROOT / "seeds" / "sample" / "kratos"
    assert (system.baseline_folder / "pre_data.sql").is_file()


def test_a_third_system_is_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("kratos", "hydra"):
        shutil.copytree(System("kratos").baseline_folder, tmp_path / "baseline" / name)
    (tmp_path / "baseline" / "half").mkdir()
    monkeypatch.setattr(systems, "ROOT", tmp_path)
    assert [system.name for system in all_systems()] == ["hydra", "kratos"]
    assert "identities" in named("hydra").target_catalog.tables
