"""The end of a task in the terminal: what happened, what it cost, what is proved, what to open next.

Fits 80 columns and 24 lines when all went well; everything else is in report.html.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from runner.console import console as shared_console
from runner.console import printable
from runner.errors import Violation
from runner.quantity import count, counted, duration, size
from runner.runs.report import AppliedRule, Report, SkippedTable, TableReport, rows_of
from runner.runs.verdict import headline, proof, reason, unchanged

TOP = 2
SHOWN = 8
_STYLES = {"succeeded": "bold green", "failed": "bold red", "refused": "bold red"}


def summary(report: Report, paths: Mapping[str, Path | str], console: Console | None = None) -> None:
    """Prints the end of a run; `paths` gives what to open or type next under its name, in order."""
    out = console or shared_console()
    _say(out, Text(headline(report), style=_STYLES[report.status]))
    if report.phases:
        out.print(Text(), _phases(report), sep="\n")
    if report.bytes:
        out.print(Text(), _tables(report), sep="\n")
    _decisions(report, out)
    out.print(Text(), Text(printable(proof(report)), style="bold"), sep="\n")
    width = max((len(name) for name in paths), default=0)
    for name, path in paths.items():
        _say(out, Text(f"{name:<{max(width + 1, 9)}}", style="dim").append(printable(path), style="not dim"))
    if report.status != "succeeded":
        _failure(report, out)


def _say(out: Console, line: Text) -> None:
    """Prints a line that the terminal may wrap but never breaks, so that paths can be copied."""
    out.print(line, soft_wrap=True)


def _failure(report: Report, out: Console) -> None:
    """What happened, where, and the command to type next: the last lines a person sees."""
    out.print()
    _say(out, Text(printable(reason(report)), style="bold red"))
    for violation in report.violations[:SHOWN]:
        _violation(violation, out)
    if len(report.violations) > SHOWN:
        _say(out, Text(f"  and {counted(len(report.violations) - SHOWN, 'more violation')}: see the report"))
    if unchanged(report):
        _say(out, Text("Nothing was published: what the application reads is as it was."))
    if report.error and report.error.next_command:
        _say(
            out,
            Text("next     ", style="dim").append(printable(report.error.next_command), style="not dim bold"),
        )


def _violation(violation: Violation, out: Console) -> None:
    """Three lines at most: what is wrong, where it is found, what to do."""
    place = ".".join(filter(None, (violation.system, violation.table, violation.column)))
    what = f"{place}: {violation.kind}, {counted(violation.rows, 'row')} ({violation.rule})"
    _say(out, Text("  ").append(printable(what), style="red"))
    where = [f"key {key}" for key in violation.sample_keys[:1]]
    if violation.file:
        where.append(f"{violation.file}:{violation.line}" if violation.line else violation.file)
    for line in (", ".join(where), violation.remedy):
        if line:
            _say(out, Text(f"    {printable(line)}"))


def _phases(report: Report) -> Table:
    grid = Table(box=None, padding=(0, 2, 0, 0), show_header=False, pad_edge=False)
    for phase in report.phases:
        grid.add_column(style="" if phase.status in ("succeeded", "skipped") else "bold red")
    grid.add_row(*(printable(phase.name) for phase in report.phases), style="dim")
    grid.add_row(*(_phase_time(phase.status, phase.seconds) for phase in report.phases))
    return grid


def _phase_time(status: str, seconds: float) -> str:
    return duration(seconds) if status == "succeeded" else f"{status} {duration(seconds)}"


def _tables(report: Report) -> Table:
    chosen = worth_a_line(report)
    out = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim", expand=False)
    out.add_column("largest and slowest tables", no_wrap=True, overflow="ellipsis", max_width=36)
    for name in ("rows", "size", "time"):
        out.add_column(name, justify="right", no_wrap=True)
    out.add_column("", no_wrap=True)
    for system, table in chosen:
        out.add_row(printable(f"{system}.{table.name}"), *_figures([table]), _outcome(table))
    rest = [table for system, table in report.tables if (system, table) not in chosen]
    if rest:
        same = sum(table.identical for table in rest)
        outcome = f"{count(same)} identical" if same else ""
        out.add_row(f"and {counted(len(rest), 'more table')}", *_figures(rest), outcome)
    return out


def worth_a_line(report: Report) -> list[tuple[str, TableReport]]:
    """The tables that differ, the largest and the slowest ones; differing ones first, then by size."""
    tables = report.tables
    different = [entry for entry in tables if entry[1].compared and not entry[1].identical][:SHOWN]
    largest = sorted(tables, key=lambda entry: -entry[1].bytes)[:TOP]
    slowest = sorted(tables, key=lambda entry: -entry[1].seconds)[:TOP]
    others = [entry for entry in largest + slowest if entry not in different]
    return different + sorted(dict.fromkeys(others), key=lambda entry: -entry[1].bytes)


def _figures(tables: list[TableReport]) -> tuple[str, str, str]:
    rows = sum(rows_of(table) for table in tables)
    seconds = sum(table.seconds for table in tables)
    return count(rows), size(sum(table.bytes for table in tables)), duration(seconds)


def _outcome(table: TableReport) -> Text:
    if not table.compared:
        return Text("not compared", style="dim")
    return Text("identical", style="green") if table.identical else Text("differs", style="bold red")


def _decisions(report: Report, out: Console) -> None:
    """What was left behind and what was changed, with the rules that say so."""
    skipped = [(name, table) for name, system in report.systems.items() for table in system.skipped]
    rules = [(name, rule) for name, system in report.systems.items() for rule in system.rules if rule.rows]
    if not skipped and not rules:
        return
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(style="dim", width=7)
    grid.add_column()
    if skipped:
        parts = (f"{system}.{table.name}{_known_rows(table)}" for system, table in skipped)
        grid.add_row("skipped", printable(f"{', '.join(parts)}: by skipped_tables.csv"))
    if rules:
        grid.add_row("rules", printable("; ".join(_rules(rules))))
    out.print(Text(), grid, sep="\n")


def _known_rows(table: SkippedTable) -> str:
    return "" if table.rows is None else f" ({counted(table.rows, 'row')})"


def _rules(rules: list[tuple[str, AppliedRule]]) -> list[str]:
    """Each rule with its rows; its column when it is only one, else their number."""
    columns: dict[str, list[str]] = {}
    rows: Counter[str] = Counter()
    for system, rule in rules:
        columns.setdefault(rule.rule, []).append(f"{system}.{rule.table}.{rule.column}")
        rows[rule.rule] += rule.rows
    where = {name: found[0] if len(found) == 1 else f"{len(found)} columns" for name, found in columns.items()}
    return [f"{name} {counted(rows[name], 'row')} in {place}" for name, place in where.items()]
