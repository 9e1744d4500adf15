"""The operator's document for one run: its real hosts, databases, sizes and forecast, and what to type when.

Written as `runbook.md` to be edited and as `runbook.html` to be printed, from one text. Names come from servers and
files, so they are spelled as code that no Markdown or HTML in them can leave. Passwords are not known here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markdown_it import MarkdownIt
from markupsafe import Markup

from runner.console import printable
from runner.quantity import count, duration, size
from runner.resources import TEMPLATES
from runner.run import Run, replacing
from runner.runs.forecast import Forecast
from runner.runs.report import Report, TableReport, rows_of

_LARGEST = 10
# What the check asks for as free disk, times the size of the files.
_ROOM = 1.5
_FENCE = re.compile(r"`+")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A system's source and target in words without credentials."""

    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Expected:
    """The forecast against a window as it was typed and in seconds, or why there is none."""

    window: str
    seconds: float
    forecast: Forecast | None
    why_not: str = ""


def write(
    run: Run, report: Report, endpoints: Mapping[str, Endpoint], expected: Expected, *, chosen: str, replace: bool
) -> tuple[Path, Path]:
    """Write both documents into the run's folder; their paths.

    `chosen` is what narrows the commands to the systems, such as ` --system kratos`, or empty.
    """
    text = _environment(escaped=False).get_template("runbook/runbook.md.j2")
    markdown = text.render(
        report=report,
        systems=[_facts(name, report, endpoints[name]) for name in report.systems],
        forecast=expected.forecast,
        why_no_forecast=printable(expected.why_not),
        window=expected.seconds,
        window_text=expected.window,
        work=run.folder.parent,
        needed=report.bytes * _ROOM,
        chosen=chosen,
        replace=replace,
    )
    # HTML in the text stays text: the page shows it and does not obey it.
    renderer = MarkdownIt("commonmark", {"html": False}).enable("table")
    renderer.add_render_rule("table_open", lambda *_: '<div class="scrolling" role="group" tabindex="0"><table>')
    renderer.add_render_rule("table_close", lambda *_: "</table></div>")
    body = renderer.render(markdown)
    styles = (TEMPLATES / "report.css", TEMPLATES / "runbook" / "runbook.css")
    css = Markup("\n".join(path.read_text(encoding="utf-8") for path in styles))  # noqa: S704 - the project's own files
    frame = _environment(escaped=True).get_template("runbook/runbook.html.j2")
    page = frame.render(css=css, body=Markup(body))  # noqa: S704 - the renderer escaped it
    paths = run.folder / "runbook.md", run.folder / "runbook.html"
    for path, content in zip(paths, (markdown, page), strict=True):
        with replacing(path) as file:
            file.write(content.encode())
    return paths


def _facts(name: str, report: Report, endpoint: Endpoint) -> dict[str, Any]:
    found = report.systems[name]
    return {
        "name": name,
        "source": endpoint.source,
        "target": endpoint.target,
        "kind": found.source.kind,
        "version": printable(found.source.version),
        "target_version": found.target.version,
        "bytes": sum(table.bytes for table in found.tables),
        "rows": sum(rows_of(table) for table in found.tables),
        "tables": len(found.tables),
        "largest": [
            {"name": table.name, "rows": rows_of(table)} for table in sorted(found.tables, key=_by_size)[:_LARGEST]
        ],
    }


def _by_size(table: TableReport) -> tuple[int, str]:
    return -table.bytes, table.name


def _environment(*, escaped: bool) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=escaped,  # noqa: S701 - Markdown has no escaping of HTML; names are spelled by `code`
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "code": _code,
        "count": count,
        "size": size,
        "duration": duration,
        "when": lambda moment: f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC",
    }
    return environment


def _code(value: object) -> str:
    """A code span that nothing in the value can end, neither of itself nor of a table's cell."""
    text = printable(value).replace("|", "\\|")
    fence = "`" * (max((len(run) for run in _FENCE.findall(text)), default=0) + 1)
    inside = f" {text} " if text.startswith("`") or text.endswith("`") else text
    return f"{fence}{inside}{fence}"
