"""What a person types: `./inv TASK`. Each task says in its first line what it does; the work is in `runner`."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import Any

from invoke.context import Context
from invoke.tasks import task

from runner import program

_HELP = {
    "run": "id of an earlier run in the work folder (default: the latest)",
    "system": "only this system; can be given again",
    "table": "only this table; can be given again",
    "replace": "allow a target that an earlier run of this tool published",
    "resume": "go on with the last unfinished migration, or with --run's, and its options",
    "since": "read only what changed after this earlier run, and take its other files over",
    "with_fk_indexes": "also index every foreign key that MySQL indexes and the baseline does not",
    "full": "run every dbt test, not only those at the gate, and compare the systems with each other",
    "window": "how long the application may stand still, such as 30m or 1h30m",
}
_WINDOW = "30m"


def _phases(name: str, phases: tuple[str, ...], **options: Any) -> None:
    from runner.commands import execution, outcome

    with outcome.told():
        execution.execute(
            name,
            phases,
            run_id=options.pop("run", None),
            systems=options.pop("system", ()),
            tables=options.pop("table", ()),
            **options,
        )


def _help(*names: str) -> dict[str, str]:
    return {name: _HELP[name] for name in names}


@task(iterable=["system"], help=_help("system", "replace", "full", "resume", "run", "since", "with_fk_indexes"))
def migrate(
    _: Context,
    system: list[str],
    replace: bool = False,
    full: bool = False,
    resume: bool = False,
    run: str | None = None,
    since: str | None = None,
    with_fk_indexes: bool = False,
) -> None:
    """Move the systems from MySQL to Postgres, all phases in order."""
    from runner.phases.migrate import PHASES

    _phases(
        "migrate",
        PHASES,
        system=system,
        replace=replace,
        full=full,
        resume=resume,
        run=run,
        since=since,
        with_fk_indexes=with_fk_indexes,
    )


@task(iterable=["system", "table"], help=_help("system", "table", "replace"))
def check(_: Context, system: list[str], table: list[str], replace: bool = False) -> None:
    """Check both sides read-only, before any work."""
    _phases("check", ("check",), system=system, table=table, replace=replace)


@task(iterable=["system", "table"], help=_help("run", "system", "table"))
def export(_: Context, system: list[str], table: list[str], run: str | None = None) -> None:
    """Write the source's tables as CSV files, from one snapshot."""
    _phases("export", ("export",), run=run, system=system, table=table)


@task(iterable=["system", "table"], help=_help("run", "system", "table"))
def stage(_: Context, system: list[str], table: list[str], run: str | None = None) -> None:
    """Check and cast CSV files with DuckDB, copy them into landing."""
    _phases("stage", ("stage",), run=run, system=system, table=table)


@task(iterable=["system", "table"], help=_help("run", "system", "table", "with_fk_indexes"))
def load(
    _: Context, system: list[str], table: list[str], run: str | None = None, with_fk_indexes: bool = False
) -> None:
    """Fill build with the dbt models and add every constraint."""
    _phases("load", ("load",), run=run, system=system, table=table, with_fk_indexes=with_fk_indexes)


@task(iterable=["system", "table"], help=_help("run", "system", "table", "full"))
def verify(_: Context, system: list[str], table: list[str], run: str | None = None, full: bool = False) -> None:
    """Prove the new database by dbt tests, drift and digests."""
    _phases("verify", ("verify",), run=run, system=system, table=table, full=full)


@task(iterable=["system"], help=_help("run", "system", "replace"))
def publish(_: Context, system: list[str], run: str | None = None, replace: bool = False) -> None:
    """Move a proved build into public, in one transaction."""
    _phases("publish", ("publish",), run=run, system=system, replace=replace)


@task(iterable=["system"], help=_help("system"))
def baseline(_: Context, system: list[str]) -> None:
    """Make the schemas on empty databases, for a new installation."""
    from runner.commands import outcome, targets

    with outcome.told():
        targets.install(system)


@task(iterable=["system"], help=_help("system", "replace", "full"))
def rehearse(_: Context, system: list[str], replace: bool = False, full: bool = False) -> None:
    """Rehearse the cut-over: everything but the commit, timed."""
    from runner.phases.migrate import REHEARSED

    _phases("rehearse", REHEARSED, system=system, replace=replace, full=full)


@task(iterable=["system"], help=_help("system", "window"))
def forecast(_: Context, system: list[str], window: str = _WINDOW) -> None:
    """Tell how long the cut-over will take, and GO or NO-GO."""
    from runner.commands import cutover, outcome

    with outcome.told():
        cutover.tell_forecast(system, window)


@task(iterable=["system"], help=_help("run", "system", "window"))
def runbook(_: Context, system: list[str], run: str | None = None, window: str = _WINDOW) -> None:
    """Write the operator's document of a run, with its forecast."""
    from runner.commands import cutover, outcome

    with outcome.told():
        cutover.write_runbook(run, system, window)


@task(help=_help("run"))
def status(_: Context, run: str | None = None) -> None:
    """Show the last run, or one in progress elsewhere."""
    from runner.commands import execution, outcome

    with outcome.told():
        execution.status(run)


@task
def runs(_: Context) -> None:
    """List the runs of the work folder."""
    from runner.commands import execution, outcome

    with outcome.told():
        execution.runs()


@task(iterable=["system"], help=_help("system"))
def rollback(_: Context, system: list[str]) -> None:
    """Undo the last publish; public gets back what it had."""
    from runner.commands import outcome, targets

    with outcome.told():
        targets.rollback(system)


@task(
    iterable=["system"],
    help=_help("run", "system")
    | {
        "retired": "also drop what publish moved out; after that no rollback",
        "keep_exports": "leave the CSV files and staged rows where they are",
    },
)
def clean(
    _: Context, system: list[str], run: str | None = None, retired: bool = False, keep_exports: bool = False
) -> None:
    """Remove a run's exports and this tool's working schemas."""
    from runner.commands import outcome, targets

    with outcome.told():
        targets.clean(run, system, retired=retired, keep_exports=keep_exports)


@task(
    iterable=["system"],
    help=_help("run", "system") | {"serve": "serve the run's pages, on loopback", "port": "port to serve on"},
)
def docs(_: Context, system: list[str], run: str | None = None, serve: bool = False, port: int = 0) -> None:
    """Build the dbt docs with their lineage, or serve a run's pages."""
    from runner.commands import documents, outcome

    with outcome.told():
        documents.build_docs(run, system, serve=serve, port=port)


@task(help={"check": "folder of the evidence (default: the latest run's)"})
def evidence(_: Context, check: str | None = None) -> None:
    """Verify offline that a run's signed evidence is unchanged."""
    from runner.commands import documents, outcome

    with outcome.told():
        documents.check_evidence(check)


@task(help={"stop": "stop the server instead"})
def sandbox(_: Context, stop: bool = False) -> None:
    """Start the embedded Postgres and say how to look into it."""
    from runner.commands import outcome, targets

    with outcome.told():
        targets.sandbox_server(stop=stop)


@task(iterable=["system"], help=_help("system") | {"check": "write nothing, fail when a file differs"})
def generate(_: Context, system: list[str], check: bool = False) -> None:
    """Write baselines, models and the reference from what they follow."""
    from runner.commands import documents, outcome

    with outcome.told():
        documents.generate_files(system, program.described(Path(__file__)), check=check)


@task
def lint(c: Context) -> None:
    """Check style, types, SQL and generated files."""
    program.side_by_side(
        c,
        (
            "ruff check .",
            "ruff format --check .",
            "mypy",
            # In one process: those it starts itself it also kills, and Python complains about what they left.
            "sqlfluff lint models macros baseline tests/data",
        ),
    )
    generate(c, [], check=True)


@task(
    iterable=["system"],
    help=_help("system") | {"seed": "of the chance that draws the strikes", "kills": "number of strikes"},
)
def chaos(c: Context, system: list[str], seed: int = 1, kills: int = 60) -> None:
    """Strike migrations at random moments, resume and prove them."""
    chosen = " ".join(f"--system {shlex.quote(name)}" for name in system)
    program.python(c, f"tests.chaos --seed {seed} --kills {kills} {chosen}")


@task(help={"only": "a pytest expression of tests to run (pytest -k)"})
def test(c: Context, only: str = "") -> None:
    """Set up what the tests need and run everything."""
    program.python(c, "tests.servers provision")
    if not only:
        lint(c)
    chosen = f" -k {shlex.quote(only)}" if only else ""
    # A file stays with one process, so that its servers and migrations are made once. The slow files come first.
    side_by_side = " --numprocesses logical --maxprocesses 4 --dist loadfile --no-loadscope-reorder"
    program.python(c, f"pytest{side_by_side}{chosen}", pty=sys.stdout.isatty())


@task(
    iterable=["only", "system"],
    help=_help("system")
    | {
        "scale": "amounts of data in proportion to production, such as 0.02,0.1,0.5",
        "source": "mysql or mariadb",
        "target": "version of Postgres: 15, 17 or 18",
        "repeat": "rounds of turns",
        "only": "only this one beside migrate: since, floors, duckdb or pgloader; can be given again",
    },
)
def bench(
    _: Context,
    only: list[str],
    system: list[str],
    scale: str = "0.2",
    source: str = "mysql",
    target: str = "17",
    repeat: int = 1,
) -> None:
    """Measure a migration beside its floors and beside other tools."""
    from runner.commands import outcome
    from tests.bench import command as benchmark

    with outcome.told():
        benchmark.bench(benchmark.options(scale, source, target, repeat, only, system))
