"""The pages for those who read the data: the lineage of every column, and the diagrams of every domain."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from runner import mapping, rules
from runner.catalog import domains
from runner.catalog.domains import Domain
from runner.pages import diagram, report_html
from runner.pages.lineage import SystemLineage
from runner.run import Run, replacing
from runner.systems import System

LINEAGE, DIAGRAMS = "lineage.html", "er.html"


@dataclass(frozen=True, slots=True)
class RuleUse:
    """A rule with the reasons it is declared for and the number of columns that pass it."""

    name: str
    reasons: tuple[str, ...]
    columns: int


def write_lineage(run: Run, systems: Sequence[SystemLineage]) -> None:
    """Write `lineage.html`, complete or not at all."""
    tables = [table for system in systems for table in system.tables]
    values = {
        "run_id": run.run_id,
        "systems": systems,
        "tables": len(tables),
        "columns": sum(len(table.columns) for table in tables),
        "rules": list(rule_uses(systems)),
        "skipped": [(system.name, name, reason) for system in systems for name, reason in system.skipped.items()],
    }
    _write(run, LINEAGE, report_html.document("lineage.html.j2", values, style="lineage.css", script="lineage.js"))


def write_diagrams(run: Run, systems: Sequence[System]) -> None:
    """Write `er.html`, complete or not at all; UsageError when a diagram is missing or the domains are wrong."""
    values = {
        "run_id": run.run_id,
        "systems": [{"name": system.name, "domains": list(_domains(system))} for system in systems],
    }
    _write(run, DIAGRAMS, report_html.document("er.html.j2", values, style="er.css"))


def rule_uses(systems: Sequence[SystemLineage]) -> Iterator[RuleUse]:
    """Every rule that some column passes, by name."""
    steps = [step for system in systems for table in system.tables for one in table.columns for step in one.steps]
    for name in sorted({step.rule for step in steps}):
        passed = [step.reason for step in steps if step.rule == name]
        yield RuleUse(name, tuple(dict.fromkeys(passed)), len(passed))


def _domains(system: System) -> Iterator[dict[str, Any]]:
    catalog = system.target_catalog
    copied = mapping.of_system(system, rules.read())
    found = domains.read(system.baseline_folder, catalog)
    home = {table: domain for domain in found for table in domain.tables}
    for domain in found:
        drawing = diagram.path(system, domain).read_text(encoding="utf-8")
        yield {
            "name": domain.name,
            "slug": domain.slug,
            "says": domain.says,
            "tables": [{"name": name, "copied": name in copied} for name in domain.tables],
            "drawing": Markup(drawing),  # noqa: S704 -- generated from the catalog, its texts escaped
            "references": list(_references(system, domain, home)),
        }


def _references(system: System, domain: Domain, home: dict[str, Domain]) -> Iterator[dict[str, Any]]:
    for table in domain.tables:
        for key in system.target_catalog.tables[table].foreign_keys:
            other = home[key.ref_table]
            yield {
                "table": table,
                "columns": key.columns,
                "ref_table": key.ref_table,
                "ref_columns": key.ref_columns,
                "domain": other.name,
                "slug": other.slug,
                "on_delete": key.on_delete,
            }


def _write(run: Run, name: str, page: str) -> None:
    with replacing(run.folder / name) as file:
        file.write(page.encode())
