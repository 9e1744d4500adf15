"""The bundled sample: made by the generator as it is now, and every dbt test passes on it, also after publish."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from runner.systems import ROOT, all_systems
from tests import contract
from tests.servers import MySQL
from tests.sources import sample


def test_the_sample_is_what_the_generator_makes(tmp_path: Path) -> None:
    with MySQL() as server:
        made = sample.export(server, tmp_path)
    for system in all_systems():
        committed = {path.relative_to(system.sample_folder) for path in system.sample_folder.rglob("*.csv")}
        folder = made.export_folder(system.name)
        assert committed == {path.relative_to(folder) for path in folder.rglob("*.csv")}
        different = [
            str(path)
            for path in committed
            if (folder / path).read_bytes() != (system.sample_folder / path).read_bytes()
        ]
        assert different == [], "make it again with `python -m tests.sources.sample`"


def test_the_sample_is_small() -> None:
    size = sum(path.stat().st_size for path in (ROOT / "seeds" / "sample").rglob("*") if path.is_file())
    assert size < 4_000_000


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sample")


def _invoke(work: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "HOME": os.environ["HOME"], "WORK_DIR": str(work)}
    return subprocess.run(
        [ROOT / "inv", *arguments], env=environment, capture_output=True, text=True, check=False, timeout=600
    )


def test_every_dbt_test_passes_on_the_published_sample(work: Path) -> None:
    moved = _invoke(work, "migrate")
    assert moved.returncode == 0, moved.stderr
    tested = _invoke(work, "verify", "--full")
    assert tested.returncode == 0, tested.stderr
    report = contract.report(work / "latest")
    assert report["status"] == "succeeded"
    for name, least in {"alkemio": 1000, "kratos": 300}.items():
        tests = report["systems"][name]["tests"]
        assert tests["run"] == tests["passed"] >= least
    for name, model in {"alkemio": "users_without_identity", "kratos": "identities_without_user"}.items():
        assert json.loads((work / "latest" / "reconciliation" / f"{name}.json").read_bytes()) == {model: 0}
    assert {"export", "publish", "verify"} <= {phase["name"] for phase in report["phases"]}
    assert _invoke(work, "evidence").returncode == 0


def test_exports_are_kept_until_they_are_to_go(work: Path) -> None:
    moved = _invoke(work, "migrate", "--system", "kratos", "--replace")
    assert moved.returncode == 0, moved.stderr
    run = (work / "latest").resolve()
    assert str(run / "docs.kratos.html") in moved.stdout
    exported = sorted(run.glob("export/kratos/*/*.csv"))
    assert len(exported) == 25
    assert _invoke(work, "clean", "--system", "kratos", "--keep-exports").returncode == 0
    assert sorted(run.glob("export/kratos/*/*.csv")) == exported
    assert _invoke(work, "clean", "--system", "kratos").returncode == 0
    assert not (run / "export").exists()
