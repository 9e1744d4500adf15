"""docs/runbook.md knows every refusal of the code, and the files of deploy/ say what it says."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest
import yaml  # type: ignore[import-untyped, unused-ignore]
from invoke.collection import Collection

import tasks
from runner.errors import InterruptError, RefusalError, UsageError, ViolationError
from runner.systems import ROOT

RUNBOOK = (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| ([^|]+) \|", re.MULTILINE)
CONTEXTS = {context.name: context for context in Collection.from_module(tasks).to_contexts(True)}


def section(title: str) -> str:
    """The text of a section."""
    return RUNBOOK.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def refusals() -> Iterator[tuple[str, str]]:
    """Where each refusal is raised, and its words without what is filled in."""
    for path in sorted((ROOT / "runner").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == RefusalError.__name__:
                literals = [one.value for one in ast.walk(node.args[0]) if isinstance(one, ast.Constant)]
                words = "…".join(str(literal) for literal in literals)
                if words:
                    yield f"{path.name}:{node.lineno}", words


REFUSALS = list(refusals())
KNOWN = [words.strip("` ") for words in ROW.findall(section("Refusals"))[1:]]


@pytest.mark.parametrize(("place", "words"), REFUSALS, ids=[place for place, _ in REFUSALS])
def test_every_refusal_is_in_the_runbook(place: str, words: str) -> None:
    assert [known for known in KNOWN if known in words] != [], f"{place}: {words}"


@pytest.mark.parametrize("known", KNOWN)
def test_the_runbook_knows_no_refusal_that_is_none(known: str) -> None:
    assert [place for place, words in REFUSALS if known in words] != []


def test_every_exit_code() -> None:
    codes = {int(code) for code in re.findall(r"^\| (\d+) \|", section("Exit codes"), re.MULTILINE)}
    assert codes == {0, *(kind.exit_code for kind in (ViolationError, UsageError, RefusalError, InterruptError))}


def documents(name: str) -> list[dict[str, object]]:
    return [one for one in yaml.safe_load_all((ROOT / "deploy" / name).read_text(encoding="utf-8")) if one]


def test_job_of_kubernetes() -> None:
    claim, job = documents("kubernetes.yaml")
    assert (claim["kind"], job["kind"]) == ("PersistentVolumeClaim", "Job")
    template = yaml.safe_load(yaml.safe_dump(job))["spec"]["template"]["spec"]
    container = template["containers"][0]
    assert container["args"][0] in CONTEXTS
    assert template["restartPolicy"] == "Never"
    assert template["securityContext"]["runAsNonRoot"] is True
    assert {mount["name"] for mount in container["volumeMounts"]} == {one["name"] for one in template["volumes"]}
    names = {template["volumes"][0]["persistentVolumeClaim"]["claimName"], claim["metadata"]["name"]}  # type: ignore[index]
    assert len(names) == 1
    for name in ("convergence-urls", "convergence-ca"):
        assert f"secret generic {name}" in section("Kubernetes")
        assert name in (ROOT / "deploy" / "kubernetes.yaml").read_text(encoding="utf-8")


def test_service_of_compose() -> None:
    (found,) = documents("compose.yaml")
    service = found["services"]["convergence"]  # type: ignore[index]
    assert (ROOT / service["build"]["dockerfile"]).is_file()
    assert "convergence-work:/work" in service["volumes"]
    assert "convergence-work" in found["volumes"]  # type: ignore[operator]


def test_image_starts_the_launcher_and_keeps_secrets_out() -> None:
    image = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")
    assert 'ENTRYPOINT ["./inv"]' in image
    assert "USER convergence" in image
    assert "WORK_DIR=/work" in image
    ignored = (ROOT / "deploy" / "Dockerfile.dockerignore").read_text(encoding="utf-8").split()
    assert {".env", "work", ".git", ".sandbox", ".venv"} <= set(ignored)


# `… run --rm convergence TASK …`, and the list of a Job's args.
TYPED = re.findall(r"run --rm convergence (.+)$", RUNBOOK, re.MULTILINE) + [
    words.replace(",", "") for words in re.findall(r"`\[([a-z][^\]]*)\]`", RUNBOOK)
]


@pytest.mark.parametrize("words", TYPED)
def test_tasks_of_containers_exist(words: str) -> None:
    task, *options = words.split()
    assert task in CONTEXTS
    assert {one for one in options if one.startswith("--")} <= set(CONTEXTS[task].flags)
