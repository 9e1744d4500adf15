"""What a person types: `./inv TASK`. Each task says in its first line what it does; the work is in `runner`."""

from __future__ import annotations

from typing import Any

from invoke import Context, task

_HELP = {
    "run": "id of an earlier run in the work folder (default: the latest)",
    "system": "only this system; can be given again",
    "table": "only this table; can be given again",
    "replace": "allow a target that an earlier run of this tool published",
    "full": "run every dbt test, not only those at the gate",
}


def _phases(name: str, phases: tuple[str, ...], **options: Any) -> None:
    from runner import command  # noqa: PLC0415 - a task pays for the imports it needs

    with command.outcome():
        command.execute(
            name,
            phases,
            run_id=options.pop("run", None),
            systems=options.pop("system", ()),
            tables=options.pop("table", ()),
            **options,
        )


def _help(*names: str) -> dict[str, str]:
    return {name: _HELP[name] for name in names}


@task(iterable=["system"], help=_help("system", "replace", "full"))
def migrate(c: Context, system: list[str], replace: bool = False, full: bool = False) -> None:
    """Move the systems from MySQL to Postgres: check, export, stage, load, verify, publish."""
    del c
    from runner.migrate import PHASES  # noqa: PLC0415

    _phases("migrate", PHASES, system=system, replace=replace, full=full)


@task(iterable=["system", "table"], help=_help("system", "table", "replace"))
def check(c: Context, system: list[str], table: list[str], replace: bool = False) -> None:
    """Try everything that can be tried before any work, read-only, on both sides."""
    del c
    _phases("check", ("check",), system=system, table=table, replace=replace)


@task(iterable=["system", "table"], help=_help("run", "system", "table"))
def export(c: Context, system: list[str], table: list[str], run: str | None = None) -> None:
    """Write the source's tables as CSV files with a manifest, from one snapshot."""
    del c
    _phases("export", ("export",), run=run, system=system, table=table)


@task(iterable=["system", "table"], help=_help("run", "system", "table"))
def stage(c: Context, system: list[str], table: list[str], run: str | None = None) -> None:
    """Check and cast a run's CSV files with DuckDB, then copy them into landing."""
    del c
    _phases("stage", ("stage",), run=run, system=system, table=table)


@task(iterable=["system", "table"], help=_help("run", "system", "table"))
def load(c: Context, system: list[str], table: list[str], run: str | None = None) -> None:
    """Fill build from landing with the dbt models and add every constraint of the baseline."""
    del c
    _phases("load", ("load",), run=run, system=system, table=table)


@task(iterable=["system", "table"], help=_help("run", "system", "table", "full"))
def verify(c: Context, system: list[str], table: list[str], run: str | None = None, full: bool = False) -> None:
    """Prove build, or public after publish: dbt tests, drift, counts and digests of both engines."""
    del c
    _phases("verify", ("verify",), run=run, system=system, table=table, full=full)


@task(iterable=["system"], help=_help("run", "system", "replace"))
def publish(c: Context, system: list[str], run: str | None = None, replace: bool = False) -> None:
    """Move a proved build into public and what was there into retired, in one transaction."""
    del c
    _phases("publish", ("publish",), run=run, system=system, replace=replace)
