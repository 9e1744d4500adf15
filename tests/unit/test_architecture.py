"""Which module may know which: read from the syntax trees of the project, lazy imports included."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from runner.phases.migrate import PHASES
from runner.systems import ROOT

EDGE = "tasks"
LAUNCHER = "runner.program"
"""What `./inv` starts: invoke itself, with its errors told our way."""
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in (*(ROOT / "runner").rglob("*.py"), ROOT / "tasks.py")
}
CONDUCTORS = frozenset({one for one in MODULES if one.startswith("runner.commands")}) | {
    "runner.phases.migrate",
    "runner.phases.pipeline",
    "runner.phases.release",
    "runner.phases.transfer",
}
"""They start phases; everything else in `runner` that is no phase is a noun."""
PHASE_MODULES = frozenset(f"runner.phases.{phase}" for phase in PHASES)
READERS = frozenset({"os.environ", "os.environb", "os.getenv"})
LAYERS = (
    "catalog",
    "mysql",
    "exports",
    "postgres",
    "duckdb",
    "dbt",
    "proof",
    "runs",
    "preflight",
    "pages",
    "generate",
    "screen",
    "phases",
    "commands",
)
"""The packages in `runner`, lowest first: each knows those before it, and the modules beside them."""
LEADERS = frozenset({"runner.program", "runner.__main__", "runner.catalog.__main__"})
"""They start everything, so they may know everything."""
UNIT = ROOT / "tests" / "unit"
NOUNS = frozenset(MODULES) - PHASE_MODULES - CONDUCTORS - {EDGE}


def imported(tree: ast.AST) -> Iterator[str]:
    """The full name of every module, or of whatever is taken from one, that is imported anywhere in a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports say the whole name"
            yield from (f"{node.module}.{name.name}" for name in node.names)


def known(name: str, module: str) -> bool:
    """Whether an imported name is that module, lies in it, or is taken from it."""
    return name == module or name.startswith(f"{module}.")


def environment_reads(tree: ast.AST) -> Iterator[int]:
    """The lines that read environment variables; handing some to a library by `os.environ.update` is no reading."""
    given = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr == "update" and ast.unparse(node.value) == "os.environ"
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and ast.unparse(node) in READERS and id(node) not in given:
            yield node.lineno
        if isinstance(node, ast.ImportFrom) and node.module == "os":
            yield from (node.lineno for name in node.names if name.name in {"environ", "environb", "getenv"})


def cycle(graph: dict[str, set[str]]) -> list[str]:
    """A path of modules that ends where it began, or nothing."""
    safe: set[str] = set()

    def follow(name: str, path: list[str]) -> list[str]:
        if name in path:
            return [*path[path.index(name) :], name]
        if name not in safe:
            for after in sorted(graph[name]):
                if found := follow(after, [*path, name]):
                    return found
            safe.add(name)
        return []

    return next((found for name in sorted(graph) if (found := follow(name, []))), [])


@cache
def tree(module: str) -> ast.AST:
    return ast.parse(MODULES[module].read_text(encoding="utf-8"))


@cache
def modules_of(module: str) -> frozenset[str]:
    """The project's modules that a module imports, each by its longest name."""
    names = (max((one for one in MODULES if known(name, one)), key=len, default="") for name in imported(tree(module)))
    return frozenset(names) - {"", module}


def package(module: str) -> str:
    """The package of `runner` that a module is part of; empty for those that stand beside the packages."""
    parts = MODULES[module].relative_to(ROOT).parts
    return parts[1] if len(parts) > 2 else ""


@pytest.mark.parametrize("module", sorted(NOUNS))
def test_nouns_know_nothing_of_phases(module: str) -> None:
    assert modules_of(module) & (PHASE_MODULES | CONDUCTORS) == set()


@pytest.mark.parametrize("module", sorted(PHASE_MODULES))
def test_phases_know_nothing_of_one_another(module: str) -> None:
    assert modules_of(module) & (PHASE_MODULES | CONDUCTORS) == set()


@pytest.mark.parametrize("module", sorted(set(MODULES) - LEADERS - {EDGE}))
def test_no_package_knows_one_above_it(module: str) -> None:
    below = LAYERS[: LAYERS.index(layer) + 1] if (layer := package(module)) else ("catalog",)
    assert {package(other) for other in modules_of(module)} <= {"", *below}


def test_every_package_has_its_layer() -> None:
    assert {package(module) for module in MODULES} == {"", *LAYERS}


@pytest.mark.parametrize("module", sorted(set(MODULES) - {EDGE, LAUNCHER}))
def test_only_the_tasks_know_invoke_and_nothing_knows_the_tasks_or_the_tests(module: str) -> None:
    foreign = ("invoke", "tests", EDGE)
    assert [name for name in imported(tree(module)) if any(known(name, one) for one in foreign)] == []


@pytest.mark.parametrize("module", sorted(set(MODULES) - {"runner.settings"}))
def test_only_settings_reads_the_environment(module: str) -> None:
    assert list(environment_reads(tree(module))) == []


def test_no_imports_go_in_a_circle() -> None:
    assert cycle({module: set(modules_of(module)) for module in MODULES}) == []


def test_the_tasks_know_only_the_conductors() -> None:
    assert modules_of(EDGE) <= CONDUCTORS | {LAUNCHER}


@pytest.mark.parametrize(
    "tests",
    sorted({*UNIT.glob("*/test_*.py"), *(path.parent for path in UNIT.glob("*/*/test_*.py"))}),
    ids=lambda path: str(path.relative_to(UNIT)),
)
def test_unit_tests_lie_as_the_modules_they_are_of(tests: Path) -> None:
    place, name = tests.parent.name, tests.stem.removeprefix("test_")
    parent = ROOT / "tests" if place == "bench" else ROOT / "runner"
    assert (parent / place / f"{name}.py").is_file()


def test_every_part_is_there() -> None:
    assert set(MODULES) >= PHASE_MODULES | CONDUCTORS
    assert len(NOUNS) > 40
    assert list(environment_reads(tree("runner.settings"))) != []
    assert "runner.phases.stage" in modules_of("runner.phases.pipeline")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("import runner.phases.stage", ["runner.phases.stage"]),
        ("def f():\n    from runner.phases import stage as s", ["runner.phases.stage"]),
        ("if TYPE_CHECKING:\n    from runner.phases.stage import scan", ["runner.phases.stage.scan"]),
    ],
)
def test_an_import_is_seen_wherever_it_stands(text: str, names: list[str]) -> None:
    assert list(imported(ast.parse(text))) == names


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("os.environ['HOME']", [1]),
        ("\nos.getenv('HOME')", [2]),
        ("x = {**os.environ}", [1]),
        ("from os import environ", [1]),
        ("os.environ.update(a='b')", []),
        ("os.getpid()", []),
    ],
)
def test_a_reading_of_the_environment_is_seen(text: str, lines: list[int]) -> None:
    assert list(environment_reads(ast.parse(text))) == lines


def test_a_circle_is_seen() -> None:
    assert cycle({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c", "b"]
    assert cycle({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == []
