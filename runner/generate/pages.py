"""Templates of generated files: Jinja with square brackets, because curly ones belong to dbt."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from runner.catalog.names import quoted
from runner.resources import TEMPLATES

_YAML_WORDS = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n"})
# What dbt's Jinja would evaluate; a call of one of these needs no brackets around it in a test's arguments.
_OPENING = re.compile(r"\{(?=[{%#])")
_CALL = re.compile(r"\s*(env_var|ref|var|source|doc)\s*\(")


class Expression(str):
    """A text in YAML that dbt is to evaluate."""

    __slots__ = ()


def literal(text: str) -> str:
    """A text as Jinja writes it within an expression."""
    # A Python string is one of Jinja, too.
    return repr(text)


def page(template: str, values: Mapping[str, Any]) -> str:
    """The text of a template with these values; a value it lacks is an error."""
    return _environment().get_template(template).render(values)


def stale(files: Mapping[Path, str]) -> list[Path]:
    """The files that are missing or hold another text."""
    return [path for path, text in files.items() if not path.exists() or path.read_text(encoding="utf-8") != text]


def write_all(files: Mapping[Path, str]) -> list[Path]:
    """Write the files that are stale; their paths."""
    changed = stale(files)
    for path in changed:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(files[path], encoding="utf-8")
    return changed


@cache
def _environment() -> Environment:
    environment = Environment(  # noqa: S701 - SQL, YAML and Markdown need no HTML escapes
        loader=FileSystemLoader(TEMPLATES),
        variable_start_string="[[",
        variable_end_string="]]",
        block_start_string="[%",
        block_end_string="%]",
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    environment.filters.update(quoted=_quoted, literal=literal, scalar=_flow, flow=_flow)
    return environment


def _quoted(name: str) -> str:
    """An identifier in the SQL of a model; one that Jinja would evaluate is printed by it."""
    identifier = quoted(name)
    return f"{{{{ {literal(identifier)} }}}}" if _OPENING.search(identifier) else identifier


def _inert(text: str) -> str:
    """A text of which Jinja makes the text that it is."""
    inert = _OPENING.sub("{{ '{' }}", text)
    return f"{{{{ '' }}}}{inert}" if _CALL.match(inert) else inert


def _flow(value: Any) -> str:
    """A value as YAML on one line; a text is quoted only where the bare word would mean something else."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_flow(key)}: {_flow(item)}' for key, item in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_flow, value))}]"
    text = str(value) if isinstance(value, Expression) else _inert(str(value))
    if re.fullmatch(r"[A-Za-z_][\w(). -]*[\w).]|[a-z]", text) and text.lower() not in _YAML_WORDS:
        return text
    return json.dumps(text, ensure_ascii=False)
