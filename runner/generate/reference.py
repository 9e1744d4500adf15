"""The reference pages in `docs/`: written from what the program itself says of its tasks, settings, errors and rules.

`docs/report.schema.json` is one of them. Whoever wants a sentence changed changes it where the program has it: a
task's help, a comment in `.env.example`, a docstring, a description in `seeds/rules/_seeds.yml`.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped, unused-ignore]
from pydantic import BaseModel

from runner import log, manifest, rules
from runner.errors import ConvergenceError
from runner.generate.pages import page, stale, write_all
from runner.kinds import KINDS
from runner.runs import report
from runner.settings import Settings
from runner.systems import ROOT

DOCS = ROOT / "docs"
EXAMPLE = ROOT / ".env.example"
PROFILES = ROOT / "profiles" / "profiles.yml"
SEEDS = ROOT / "seeds" / "rules" / "_seeds.yml"
_LEVELS = frozenset({"debug", "info", "warning", "error"})


@dataclass(frozen=True, slots=True)
class Task:
    """A task as `./inv --help` tells of it: options as they are typed, each with its sentence."""

    name: str
    says: str
    options: Sequence[tuple[str, str]]


def pages(tasks: Sequence[Task]) -> dict[Path, str]:
    """Every reference page with its text."""
    folder = DOCS / "reference"
    return {
        DOCS / "report.schema.json": report.schema(),
        DOCS / "rules.md": page("reference/rules.md.j2", _rules()),
        folder / "tasks.md": page("reference/tasks.md.j2", {"tasks": sorted(tasks, key=lambda task: task.name)}),
        folder / "settings.md": page("reference/settings.md.j2", {"settings": _settings(), "profile": _profile()}),
        folder / "exit-codes.md": page("reference/exit_codes.md.j2", {"errors": _errors()}),
        folder / "log.md": page("reference/log.md.j2", {"fields": log.FIELDS, "events": _events()}),
        folder / "report.md": page("reference/report.md.j2", {"objects": _objects(report.Report)}),
        folder / "export.md": page("reference/export.md.j2", {"objects": _objects(manifest.Manifest)}),
    }


def write(tasks: Sequence[Task]) -> list[Path]:
    """Bring the pages up to date; the paths that changed."""
    return write_all(pages(tasks))


def drift(tasks: Sequence[Task]) -> list[Path]:
    """The pages that are missing or differ from what would be written."""
    return stale(pages(tasks))


def _settings() -> list[dict[str, str]]:
    """The variables of `.env.example` with the comment above them and what the settings class takes."""
    found = []
    for block in EXAMPLE.read_text(encoding="utf-8").split("\n\n"):
        says = " ".join(line.removeprefix("# ") for line in block.splitlines() if line.startswith("#"))
        for name in re.findall(r"^([A-Z][A-Z0-9_]*)=", block, re.MULTILINE):
            found.append({"name": name, "says": says, "takes": _taken(name)})
    return found


def _taken(name: str) -> str:
    field = Settings.model_json_schema()["properties"].get(name.lower())
    if field is None:
        return "URL"
    if {"minimum", "maximum"} <= set(field):
        return f"{field['type']} from {field['minimum']} to {field['maximum']}"
    return str(field.get("format", field["type"]))


def _profile() -> list[str]:
    """The variables that dbt's profile reads, for who starts dbt by hand."""
    return sorted(set(re.findall(r"env_var\('(\w+)'", PROFILES.read_text(encoding="utf-8"))))


def _errors() -> list[dict[str, Any]]:
    kinds = sorted(ConvergenceError.__subclasses__(), key=lambda kind: kind.exit_code)
    return [{"code": kind.exit_code, "word": kind.word, "says": (kind.__doc__ or "").strip()} for kind in kinds]


def _events() -> list[dict[str, Any]]:
    """Every event of the log by its name, from the calls that write it."""
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for path in sorted((ROOT / "runner").rglob("*.py")):
        for call in _calls(ast.parse(path.read_text(encoding="utf-8"))):
            event = found[str(ast.literal_eval(call.args[0]))]
            assert isinstance(call.func, ast.Attribute)
            event["levels"].add(call.func.attr)
            event["modules"].add(str(path.relative_to(ROOT)))
            given = {word.arg: word.value for word in call.keywords if word.arg}
            event["outcomes"] |= set(_texts(given.get("outcome")))
            event["fields"] |= given.keys() - {"outcome", "exc_info"}
    return [
        {"name": name, **{kind: sorted(values) for kind, values in event.items()}}
        for name, event in sorted(found.items())
    ]


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in _LEVELS
            and node.args
        ):
            yield node


def _texts(node: ast.AST | None) -> Iterator[str]:
    """The outcomes an expression can be, as far as they are written out."""
    if isinstance(node, ast.Constant):
        yield str(node.value)
    elif isinstance(node, ast.IfExp):
        yield from _texts(node.body)
        yield from _texts(node.orelse)
    elif isinstance(node, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values)
    elif node is not None:
        yield "…"


def _objects(model: type[BaseModel]) -> list[dict[str, Any]]:
    """The objects of a document, the whole one first, with the fields of each."""
    schema = model.model_json_schema(mode="serialization")
    named = {model.__name__: schema, **schema["$defs"]}
    return [
        {
            "name": name,
            "says": _line(one.get("description", "")),
            "fields": [
                {
                    "name": field,
                    "type": _type(kind),
                    "says": _line(kind.get("description", "")),
                }
                for field, kind in one["properties"].items()
            ],
        }
        for name, one in named.items()
    ]


def _type(kind: Mapping[str, Any]) -> str:
    """A schema's type in words, with a link where it is an object of its own."""
    if "$ref" in kind:
        name = kind["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in kind:
        return " or ".join(_type(one) for one in kind["anyOf"])
    if "enum" in kind:
        return ", ".join(f"`{word}`" for word in kind["enum"])
    if kind.get("type") == "array":
        return f"list of {_type(kind['items'])}"
    if kind.get("type") == "object":
        return f"object of {_type(kind['additionalProperties'])}"
    return str(kind.get("format", kind.get("type", "any")))


def _rules() -> dict[str, Any]:
    return {
        "files": yaml.safe_load(SEEDS.read_text(encoding="utf-8"))["seeds"],
        "overrides": rules.OVERRIDES,
        "acceptable": sorted(name for name, kind in KINDS.items() if kind.acceptable),
        "declared": rules.read(),
    }


def _line(text: str) -> str:
    return " ".join(text.split())
