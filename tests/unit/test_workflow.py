"""The workflow for CI that the docs offer: its commands, settings and files are real."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped, unused-ignore]

from runner.systems import ROOT, all_systems
from tests.documents import commands_of
from tests.servers import places
from tests.unit.test_documents import misfit

TEXT = (ROOT / "docs" / "how-to" / "github-actions.yml").read_text(encoding="utf-8")
WORKFLOW: dict[Any, Any] = yaml.safe_load(TEXT)
JOBS: dict[str, dict[str, Any]] = WORKFLOW["jobs"]
SETTINGS = {f"{side}_{system.name.upper()}_URL" for side in ("SOURCE", "TARGET") for system in all_systems()}
LEFT_BY_A_RUN = {"work/latest/report.html", "work/latest/report.json"}


def steps() -> Iterator[dict[str, Any]]:
    for job in JOBS.values():
        yield from job["steps"]


def test_it_is_a_workflow() -> None:
    # YAML 1.1 reads the key `on` as true.
    assert set(WORKFLOW) == {"name", True, "permissions", "jobs"}
    assert WORKFLOW[True].keys() >= {"push", "pull_request"}
    assert all(job["runs-on"] and 0 < job["timeout-minutes"] <= 60 for job in JOBS.values())
    assert [step for step in steps() if ("run" in step) == ("uses" in step)] == []
    used = [step["uses"] for step in steps() if "uses" in step]
    assert [action for action in used if not re.fullmatch(r"actions/[\w-]+@v\d+", action)] == []


@pytest.mark.parametrize(("job", "command"), [("prove", ["test"]), ("sample", ["migrate"]), ("check", ["check"])])
def test_each_job_runs_its_command(job: str, command: list[str]) -> None:
    typed = [words for step in JOBS[job]["steps"] for words in commands_of(step.get("run", ""))]
    assert command in typed
    assert [fault for words in typed if (fault := misfit(words))] == []


def test_the_lock_is_audited_as_it_is_installed() -> None:
    (run,) = (step["run"] for step in JOBS["audit"]["steps"] if "run" in step)
    assert {"pip-audit", "--require-hashes", "--disable-pip", "requirements.lock"} <= set(run.split())


def test_its_settings_are_known_and_come_from_secrets() -> None:
    variables = {name: value for job in JOBS.values() for name, value in job.get("env", {}).items()}
    assert set(variables) == SETTINGS | {"CI"}
    assert {name: variables[name] for name in SETTINGS} == {name: f"${{{{ secrets.{name} }}}}" for name in SETTINGS}


def test_it_publishes_reports_and_no_rows() -> None:
    kept = [step["with"]["path"].split() for step in steps() if "upload-artifact" in step.get("uses", "")]
    assert {path for paths in kept for path in paths} == LEFT_BY_A_RUN


def test_it_caches_what_is_installed() -> None:
    (paths,) = (step["with"]["path"].split() for step in steps() if "cache" in step.get("uses", ""))
    installed = {".venv", *(str(place.relative_to(ROOT)) for place in (places.MYSQL, places.POSTGRES_17))}
    assert set(paths) == installed


def test_the_files_it_names_exist() -> None:
    hashed = re.findall(r"hashFiles\((.*?)\)", TEXT)
    names = [name for arguments in hashed for name in re.findall(r"'([^']+)'", arguments)]
    assert names
    assert [name for name in names if not (ROOT / name).is_file()] == []


def test_the_page_tells_of_every_job() -> None:
    page = (ROOT / "docs" / "how-to" / "run-in-ci.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)) == set(JOBS)
