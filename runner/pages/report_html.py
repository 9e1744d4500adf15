"""The report as one page, and the page that links everything a run left.

Both are rendered from the typed report and from nothing else. They are self-contained: no network, no
font from elsewhere, one small script that the page's own policy names by its hash. Every text is escaped,
and control characters are spelled out, so that no name from a database can act.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from itertools import groupby
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from runner.console import printable
from runner.pages import charts
from runner.quantity import count, counted, duration, size
from runner.resources import TEMPLATES
from runner.runs import verdict
from runner.runs.report import Constraints, Report, TableReport, rows_of

_MARKS = {
    "succeeded": "M10 18.5l5.5 5.5L26.5 12.5",
    "failed": "M12 12l12 12M24 12L12 24",
    "refused": "M18 9.5v11M18 25.8v.2",
}


@dataclass(frozen=True, slots=True)
class Link:
    """Something to open: a title, a path relative to the page and a sentence."""

    title: str
    path: str
    text: str


def render(report: Report) -> str:
    """The page of a report, complete in one file."""
    drawn = charts.all_charts(report)
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            _shared(report),
            charts={name: _trusted(chart) for name, chart in drawn.items()},
            figures=_figures(report),
            contents=_contents(report),
            entries=report.tables,
            compared=any(table.compared for _, table in report.tables),
            results=sorted({_result(table) for _, table in report.tables}),
            validated=any(system.constraints.total for system in report.systems.values()),
            constraint_kinds=tuple(Constraints.model_fields),
            **_lists(report),
        )
    )


def index(report: Report, links: Sequence[Link]) -> str:
    """The page that links the report, the docs and the log of a run."""
    return _environment().get_template("index.html.j2").render(_shared(report), links=links)


def document(template: str, values: Mapping[str, Any], *, style: str, script: str = "") -> str:
    """A page of another template in the same dress, with a style and a script of its own."""
    return _environment().get_template(template).render(_dress(script, "report.css", style), **values)


def _dress(script_name: str, *styles: str) -> dict[str, Any]:
    """Style and script of a page, which hold no value from elsewhere."""
    script = (TEMPLATES / script_name).read_text(encoding="utf-8") if script_name else ""
    css = "\n".join((TEMPLATES / style).read_text(encoding="utf-8") for style in styles)
    return {
        "css": Markup(css),  # noqa: S704 -- our own files
        "script": Markup(script),  # noqa: S704 -- our own file
        "script_hash": base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
    }


def _shared(report: Report) -> dict[str, Any]:
    published = "The new database is published: the application reads it."
    kept = "Nothing was published: what the application reads is as it was."
    mark = (
        '<svg viewBox="0 0 36 36" aria-hidden="true"><circle cx="18" cy="18" r="18" fill="currentColor"/>'
        f'<path d="{_MARKS[report.status]}" fill="none" stroke="var(--paper)" stroke-width="3.5" '
        'stroke-linecap="round" stroke-linejoin="round"/></svg>'
    )
    return {
        "report": report,
        **_dress("report.js", "report.css"),
        "verdict": {
            "title": verdict.title(report),
            "proof": verdict.proof(report),
            "reason": verdict.reason(report),
            "effect": kept if verdict.unchanged(report) else published,
            "mark": Markup(mark),  # noqa: S704 -- built of constants
        },
    }


def _trusted(chart: charts.Chart) -> dict[str, Any]:
    """A chart whose drawings go into the page as they are: its texts were escaped when they were written."""
    drawings = {"wide": Markup(chart.wide), "narrow": Markup(chart.narrow)}  # noqa: S704
    return {"name": chart.name, "title": chart.title, "description": chart.description, **drawings}


def _figures(report: Report) -> list[tuple[str, str]]:
    """The numbers that stand below the verdict; what the run did not come to is left out."""
    tables = report.tables
    compared = any(table.compared for _, table in tables)
    same = sum(table.identical for _, table in tables)
    constraints = sum(system.constraints.total for system in report.systems.values())
    changed = sum(rule.rows for system in report.systems.values() for rule in system.rules)
    found = [
        ("Tables identical", f"{count(same)} of {count(len(tables))}", compared),
        ("Tables", count(len(tables)), bool(tables) and not compared),
        ("Rows", count(report.rows), bool(tables)),
        ("Size as CSV", size(report.bytes), report.bytes > 0),
        ("Time", duration(report.seconds), True),
        ("Constraints proved", count(constraints), constraints > 0),
        ("Changed by rules", count(changed), compared),
        ("Violations", count(len(report.violations)), bool(report.violations)),
    ]
    return [(name, value) for name, value, known in found if known]


def _contents(report: Report) -> list[tuple[str, str]]:
    sections = [
        ("violations", "Violations", report.violations),
        ("proof", "Systems", report.systems),
        ("time", "Time", report.phases),
        ("tables", "Tables", report.tables),
        ("rules", "Rules", True),
        ("schema", "Schema", report.systems),
        ("advice", "Advice", any(system.advice for system in report.systems.values())),
        ("environment", "Environment", True),
    ]
    return [(anchor, name) for anchor, name, there in sections if there]


def _lists(report: Report) -> dict[str, list[Any]]:
    """What several systems have, in one list each, every entry with the name of its system."""
    systems = report.systems.items()
    advice = sorted(((name, one) for name, system in systems for one in system.advice), key=lambda entry: entry[1].kind)
    return {
        "applied": sorted(
            ((name, rule) for name, system in systems for rule in system.rules),
            key=lambda entry: (entry[1].rule, entry[1].reason),
        ),
        "skipped": [(name, table) for name, system in systems for table in system.skipped],
        "drift": [(name, one) for name, system in systems for one in system.drift],
        "sequences": [(name, sequence) for name, system in systems for sequence in system.sequences],
        "advice": [(kind, list(entries)) for kind, entries in groupby(advice, key=lambda entry: entry[1].kind)],
    }


def _result(table: TableReport) -> str:
    if not table.compared:
        return "not compared"
    if not table.identical:
        return "differs"
    return "identical" if table.method == "text" else "identical by value"


def _total(tables: Sequence[tuple[str, TableReport]], field: str) -> str | None:
    """The sum of a count over all tables; None when no table has it."""
    known = [number for _, table in tables if (number := getattr(table, field)) is not None]
    return count(sum(known)) if known else None


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalized,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "count": count,
        "counted": counted,
        "size": size,
        "duration": duration,
        "result": _result,
        "rows_of": rows_of,
        "total": _total,
        "when": lambda moment: f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC",
        "clock": _clock,
        "heading": lambda kind: printable(kind).replace("_", " ").capitalize(),
        "engine": verdict.engine,
        "breakable": lambda name: Markup("_<wbr>").join(printable(name).split("_")),
        "address": lambda path: quote(path, safe="/#?=&!."),
    }
    return environment


def _clock(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%H:%M:%S.%f}"[:-5]


def _finalized(value: Any) -> Any:
    """Every value on its way into the page: a dash for nothing, texts without control characters."""
    if value is None:
        return "–"
    return printable(value) if isinstance(value, str) and not isinstance(value, Markup) else value
