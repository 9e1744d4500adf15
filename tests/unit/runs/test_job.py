"""A job: which systems and tables, from where, to where; wrong choices are named before any work."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr

from runner.errors import UsageError
from runner.postgres import sandbox
from runner.run import Run
from runner.runs import job
from runner.runs.job import Job, choose_systems
from runner.settings import Address, Settings
from runner.systems import all_systems, named

SECRET = "hush"
Urls = dict[str, dict[str, SecretStr]]
URLS: Urls = {
    "source": {name: SecretStr(f"mysql://u:{SECRET}@127.0.0.1/{name}") for name in ("alkemio", "kratos")},
    "target": {name: SecretStr(f"postgresql://u:{SECRET}@127.0.0.1/{name}") for name in ("alkemio", "kratos")},
}


def make(*tables: str, systems: tuple[str, ...] = ("alkemio", "kratos"), urls: Urls | None = None) -> Job:
    known = urls or {}
    settings = Settings.model_construct(
        source_urls=known.get("source", {}), target_urls=known.get("target", {}), jobs=2
    )
    return Job(settings, Run("id", Path("nowhere")), tuple(map(named, systems)), tables, replace=False)


def test_systems_by_name() -> None:
    assert choose_systems(()) == all_systems()
    assert choose_systems(["kratos"]) == (named("kratos"),)
    with pytest.raises(UsageError, match="unknown system 'kratoss'"):
        choose_systems(["kratos", "kratoss"])


def test_all_tables_but_the_skipped_ones() -> None:
    found = make().mappings
    assert list(found) == ["alkemio", "kratos"]
    assert (len(found["alkemio"]), len(found["kratos"])) == (75, 25)
    assert "migrations_typeorm" not in found["alkemio"]


def test_chosen_tables() -> None:
    found = make("user", "sessions").mappings
    assert {name: list(tables) for name, tables in found.items()} == {"alkemio": ["user"], "kratos": ["sessions"]}


@pytest.mark.parametrize(
    ("tables", "named_ones"),
    [(("user", "usr"), "usr"), (("schema_migration",), "schema_migration"), (("b", "User", "a"), "User, a, b")],
)
def test_tables_that_are_not_copied(tables: tuple[str, ...], named_ones: str) -> None:
    with pytest.raises(UsageError) as caught:
        make(*tables).mappings  # noqa: B018
    assert str(caught.value) == f"no table to copy is named {named_ones}: see models/ for their names"


def test_tables_that_stay_as_they_are() -> None:
    one = make()
    assert one.kept(named("alkemio")) == {"migrations_typeorm", "query-result-cache"}
    assert one.kept(named("kratos")) == {"schema_migration"}
    assert one.skipped(named("kratos")).keys() == {"schema_migration"}


def test_where_from_and_where_to() -> None:
    one = make(urls=URLS)
    assert not one.sandboxed
    assert {name: str(where) for name, where in one.sources.items()} == {
        "alkemio": "mysql://127.0.0.1:3306/alkemio",
        "kratos": "mysql://127.0.0.1:3306/kratos",
    }
    assert {name: str(where) for name, where in one.targets.items()} == {
        "alkemio": "postgresql://127.0.0.1:5432/alkemio",
        "kratos": "postgresql://127.0.0.1:5432/kratos",
    }
    assert SECRET not in repr(one)
    assert SECRET not in repr(one.sources) + repr(one.targets) + repr(one.target_urls)


def test_an_export_folder_as_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job, "ROOT", tmp_path)
    (tmp_path / "given").mkdir()
    folders = {"alkemio": SecretStr(f"csv:{tmp_path}/given"), "kratos": SecretStr("csv:given")}
    one = make(urls=URLS | {"source": folders})
    assert one.sources == {"alkemio": tmp_path / "given", "kratos": tmp_path / "given"}


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for name in ("nothing", "file"):
        one = make(systems=("kratos",), urls={"source": {"kratos": SecretStr(f"csv:{tmp_path}/{name}")}})
        with pytest.raises(UsageError, match=r"^SOURCE_KRATOS_URL must name a folder"):
            one.sources  # noqa: B018


@pytest.mark.parametrize("side", ["source", "target"])
def test_a_setting_that_is_missing(side: str) -> None:
    urls = URLS | {side: {"kratos": URLS[side]["kratos"]}}
    one = make(urls=urls)
    with pytest.raises(UsageError, match=f"^{side.upper()}_ALKEMIO_URL is not set"):
        getattr(one, f"{side}s")
    assert getattr(make(systems=("kratos",), urls=urls), f"{side}s")["kratos"].database == "kratos"


@pytest.mark.parametrize(
    ("side", "url", "fault"),
    [
        ("source", f"postgresql://u:{SECRET}@h/d", "SOURCE_KRATOS_URL must start with mysql://"),
        ("source", f"mysql://u:{SECRET}@h/d?charset={SECRET}", "SOURCE_KRATOS_URL: unknown option charset"),
        ("source", f"mysql://u:{SECRET}@h", "SOURCE_KRATOS_URL names no database"),
        ("target", f"mysql://u:{SECRET}@h/d", "TARGET_KRATOS_URL must start with postgresql://"),
        ("target", f"csv:{SECRET}", "TARGET_KRATOS_URL must start with postgresql://"),
    ],
)
def test_a_wrong_url(side: str, url: str, fault: str) -> None:
    one = make(systems=("kratos",), urls=URLS | {side: {"kratos": SecretStr(url)}})
    with pytest.raises(UsageError) as caught:
        getattr(one, f"{side}s")
    assert str(caught.value).startswith(fault)
    assert SECRET not in str(caught.value)


def test_two_systems_need_two_databases() -> None:
    same = {name: SecretStr("postgres://u@localhost:5432/both") for name in ("alkemio", "kratos")}
    with pytest.raises(UsageError, match=r"two TARGET_.*_URL settings name one database"):
        make(urls=URLS | {"target": same}).targets  # noqa: B018
    assert make(systems=("kratos",), urls=URLS | {"target": same}).targets["kratos"].database == "both"


def test_nothing_configured_is_the_sample_in_the_sandbox(monkeypatch: pytest.MonkeyPatch) -> None:
    started = {name: f"postgresql://u:{SECRET}@127.0.0.1:1/{name}" for name in ("alkemio", "kratos")}
    monkeypatch.setattr(sandbox, "start", lambda: started)
    one = make()
    assert one.sandboxed
    assert one.sources == {system.name: system.sample_folder for system in all_systems()}
    targets = one.targets
    assert isinstance(targets["kratos"], Address)
    assert targets["kratos"].password.get_secret_value() == SECRET
