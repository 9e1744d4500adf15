import csv
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped, unused-ignore]

from runner import mapping, rules
from runner.catalog import descriptions
from runner.errors import UsageError
from runner.generate import files
from runner.systems import ROOT, System, all_systems, named

KRATOS = named("kratos")


@dataclass(frozen=True)
class Elsewhere(System):
    """A system whose files are in another folder."""

    root: Path = ROOT

    @property
    def baseline_folder(self) -> Path:
        return self.root / "baseline"

    @property
    def model_folder(self) -> Path:
        return self.root / "models"


@pytest.fixture
def copied(tmp_path: Path) -> Elsewhere:
    """Kratos as it is committed, free to be changed."""
    shutil.copytree(KRATOS.baseline_folder, tmp_path / "baseline")
    shutil.copytree(KRATOS.model_folder, tmp_path / "models")
    return Elsewhere("kratos", tmp_path)


def loaded(path: Path) -> Any:
    """A YAML document, read by the C library: the pure Python reader takes a minute for all of them."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


def properties(system: System, table: str) -> dict[str, Any]:
    """What the yml of a model says."""
    document = loaded(system.model_folder / f"{table}.yml")
    (model,) = document["models"]
    assert isinstance(model, dict)
    return model


@pytest.mark.parametrize("system", all_systems(), ids=lambda system: system.name)
def test_committed_files_are_current(system: System) -> None:
    assert files.drift(system) == []


def test_drift_names_changed_missing_and_orphaned_files(copied: Elsewhere) -> None:
    changed = copied.model_folder / "networks.sql"
    changed.write_text(changed.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    missing = copied.baseline_folder / "post_data.sql"
    missing.unlink()
    orphan = copied.model_folder / "challenge.yml"
    orphan.write_text("models: []\n", encoding="utf-8")
    assert set(files.drift(copied)) == {changed, missing, orphan}
    assert set(files.write(copied)) == {changed, missing, orphan}
    assert files.drift(copied) == []
    assert not orphan.exists()


def test_descriptions_are_merged_and_survive(copied: Elsewhere) -> None:
    path = copied.baseline_folder / descriptions.NAME
    text = path.read_text(encoding="utf-8").replace('networks = "One row', 'networks = "Exactly: one row')
    path.write_text(text, encoding="utf-8")
    files.write(copied)
    assert properties(copied, "networks")["description"].startswith("Exactly: one row per network")


@pytest.mark.parametrize(
    ("addition", "told"),
    [
        ("[columns.networks]\nname = 'x'\n", "networks.name"),
        ("[columns.challenge]\nname = 'x'\n", "challenge"),
        ("[nonsense]\n", "unknown section"),
        ("[tables]\nagain = 'x'\n", "descriptions.toml"),
    ],
)
def test_descriptions_of_what_nobody_has(copied: Elsewhere, addition: str, told: str) -> None:
    with (copied.baseline_folder / descriptions.NAME).open("a", encoding="utf-8") as file:
        file.write(f"\n{addition}")
    with pytest.raises(UsageError, match=told):
        files.generate(copied)


@pytest.mark.parametrize("system", all_systems(), ids=lambda system: system.name)
def test_everything_is_described(system: System) -> None:
    for table in mapping.of_system(system, rules.read()):
        model = properties(system, table)
        assert len(model["description"]) > 20
        assert [column["name"] for column in model["columns"] if not column["description"]] == []


@pytest.mark.parametrize("system", all_systems(), ids=lambda system: system.name)
def test_every_constraint_has_a_test(system: System) -> None:
    catalog = system.target_catalog
    for name in mapping.of_system(system, rules.read()):
        model, table = properties(system, name), catalog.tables[name]
        tests = [(column["name"], test) for column in model["columns"] for test in column.get("data_tests", [])]
        of_kind = {kind: [column for column, test in tests if kind in test] for kind in ("not_null", "unique")}
        combined = [test["unique_combination"] for test in model["data_tests"] if "unique_combination" in test]
        keys = [key.columns for key in (table.primary_key, *table.unique) if key]
        assert of_kind["not_null"] == [column.name for column in table.columns if not column.nullable]
        assert sorted(of_kind["unique"]) == sorted({key[0] for key in keys if len(key) == 1})
        assert [tuple(test["arguments"]["columns"]) for test in combined] == [key for key in keys if len(key) > 1]
        references = [(column, test["references"]["arguments"]) for column, test in tests if "references" in test]
        assert sorted((column, said["to"], *said["to_columns"]) for column, said in references) == sorted(
            (key.columns[0], f"ref('{key.ref_table}')", *key.ref_columns) for key in table.foreign_keys
        )
        conditions = [
            test["satisfies"]["arguments"]["condition"] for test in model["data_tests"] if "satisfies" in test
        ]
        assert [f"CHECK {condition}" for condition in conditions] == [check.expression for check in table.checks]
        labels = {
            column: test["accepted_values"]["arguments"]["values"]
            for column, test in tests
            if "accepted_values" in test
        }
        enums = {column.name: catalog.enums[column.type] for column in table.columns if column.type in catalog.enums}
        assert labels == {column: list(known) for column, known in enums.items()}
        assert ("unit_tests" in loaded(system.model_folder / f"{name}.yml")) == bool(enums)
        assert model["config"]["meta"]["constraints"] == [
            thing.name for thing in (table.primary_key, *table.unique, *table.foreign_keys, *table.checks) if thing
        ]


def test_types_and_rules_are_in_the_lineage() -> None:
    columns = {column["name"]: column for column in properties(named("alkemio"), "whiteboard")["columns"]}
    assert columns["content"]["data_type"] == "text"
    assert columns["content"]["config"]["meta"] == {
        "mysql_type": "longtext",
        "postgres_type": "text",
        "rule": "text",
        "override": "whiteboard_base64",
    }
    assert columns["createdBy"]["config"]["meta"]["refers_to"] == "user.id"
    sources = loaded(named("alkemio").model_folder / "_sources.yml")
    landing = {table["name"]: table for table in sources["sources"][0]["tables"]}
    assert landing.keys() == mapping.of_system(named("alkemio"), rules.read()).keys()
    assert {"name": "id", "data_type": "uuid"}.items() <= landing["user"]["columns"][0].items()


def test_profile_has_an_output_for_every_system() -> None:
    profile = loaded(files.PROFILES)["convergence"]
    assert list(profile["outputs"]) == [system.name for system in all_systems()]


def test_rules_have_a_seed_of_the_same_columns() -> None:
    seeds = {seed["name"]: seed for seed in loaded(rules.FOLDER / "_seeds.yml")["seeds"]}
    assert seeds.keys() == {path.stem for path in rules.FOLDER.glob("*.csv")}
    for name, seed in seeds.items():
        with (rules.FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            header = next(csv.reader(file))
        assert [column["name"] for column in seed["columns"]] == header
        assert list(seed["config"]["column_types"]) == header


def test_seeds_know_every_override() -> None:
    seeds = {seed["name"]: seed for seed in loaded(rules.FOLDER / "_seeds.yml")["seeds"]}
    (rule,) = (column for column in seeds["column_overrides"]["columns"] if column["name"] == "rule")
    (accepted,) = (test["accepted_values"] for test in rule["data_tests"] if "accepted_values" in test)
    assert set(accepted["arguments"]["values"]) == set(rules.OVERRIDES)
