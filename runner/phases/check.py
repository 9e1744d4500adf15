"""Phase check: everything that can be known before any work, read-only, on both sides.

Versions, privileges, the source's schema against the supported one, tables that need a rule, every rule and
constraint on the rows (`runner.preflight`), the target's `public`, free disk. All faults of one kind are told at once.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pymysql
from psycopg import sql

from runner import log, manifest, preflight
from runner.catalog import differences
from runner.catalog.names import quote_mysql
from runner.errors import ConvergenceError, RefusalError, Violation, ViolationError, raise_all
from runner.mapping import TableMapping
from runner.mysql import source
from runner.mysql.catalog import read_catalog
from runner.postgres import pristine, target
from runner.proof import acceptance
from runner.quantity import counted
from runner.rules import AcceptedViolation, Rules
from runner.run import Run
from runner.runs.job import Job
from runner.runs.report import Advice
from runner.settings import Address
from runner.systems import System

PHASE = "check"
_OLDEST_TARGET = 150000
_DISK_FACTOR = 1.5


@dataclass(frozen=True, slots=True)
class Checked:
    """What the check learned of a source: its server (None for an export folder), size, what passes, advice."""

    server: source.Server | None
    bytes: int
    accepted: tuple[tuple[Violation, AcceptedViolation], ...] = ()
    advice: tuple[Advice, ...] = ()


def check(job: Job, system: System) -> int:
    """Check source and target of a system and keep what was learned; returns the source's size in bytes.

    Raises one ConvergenceError that tells every fault of both.
    """
    name, faults = system.name, []
    size = 0
    # A run that may replace a former publish may do so again after a rollback.
    result: dict[str, object] = {"replace": job.replace or job.sandboxed}
    try:
        found = check_source(
            system,
            job.sources[name],
            job.mappings[name],
            job.rules,
            job.settings.jobs,
            by_range=job.since is not None,
        )
        size = found.bytes
        result |= _as_json(found)
    except ConvergenceError as error:
        faults.append(error)
    try:
        result["target_version"] = check_target(
            system, job.targets[name], job.kept(system), replace=bool(result["replace"])
        )
    except ConvergenceError as error:
        faults.append(error)
    job.run.write_result(PHASE, name, result | {"passed": not faults})
    raise_all(faults)
    return size


def _as_json(found: Checked) -> dict[str, object]:
    server = {"kind": found.server.kind, "version": found.server.version} if found.server else {}
    return {
        "bytes": found.bytes,
        **server,
        "advice": [one.model_dump(mode="json") for one in found.advice],
        "accepted": [[rule.kind, rule.table, rule.column, one.rows, rule.reason] for one, rule in found.accepted],
    }


def check_source(
    system: System,
    where: Address | Path,
    mappings: Mapping[str, TableMapping],
    known: Rules,
    jobs: int = 1,
    *,
    by_range: bool = False,
) -> Checked:
    """Check one source; ConvergenceError tells the first kind of fault with all its instances.

    When schema and privileges are right, every rule and constraint is tried on the rows (`runner.preflight`); with
    `by_range` the export does so, for those it reads.
    """
    if isinstance(where, Path):
        _check_files(system, where, mappings, known)
        return Checked(None, source_size(where))
    with closing(source.connect(where)) as connection, source.explained(where, "checking"):
        server = source.server(connection)
        if not server.supported:
            raise RefusalError(
                f"source {where}: {server.kind} {server.version} is not supported; "
                "MySQL 8.0 to 9.x and MariaDB from 10.6 are"
            )
        present = _check_catalog(system, where, connection, known.skipped_of(system.name))
        _check_privileges(where, connection, mappings)
        examined = preflight.examine(lambda: source.connect(where), system, mappings, jobs, by_range=by_range)
        beyond = known.left_behind(system.name, _left_behind(system, connection, present, known))
        accepted = _judge_rows(system, where, [*examined.violations, *beyond], known)
        return Checked(server, _size(connection, where), accepted, examined.advice)


def _check_files(system: System, folder: Path, mappings: Mapping[str, TableMapping], known: Rules) -> None:
    """The files of the tables to copy are there, plain and as large as their manifest says; hashes come later."""
    found = manifest.read(folder)
    if beyond := known.left_behind(system.name, {table.name: table.rows for table in found.skipped}):
        raise ViolationError(f"source {folder}: {beyond[0]}", beyond)
    for table in found.tables:
        for file in table.files if table.name in mappings else ():
            if file.path.startswith(f"{table.name}/"):  # what belongs to another is told with the export's shape
                manifest.verify_size(folder, file)


def source_size(where: Address | Path) -> int:
    """The size of a source in bytes: of the files of an export, or what the server estimates of its tables."""
    if isinstance(where, Path):
        return sum(table.bytes for table in manifest.read(where).tables)
    with closing(source.connect(where)) as connection, source.explained(where, "measuring"):
        return _size(connection, where)


def _size(connection: source.Connection, where: Address) -> int:
    size = source.fetch_value(
        connection,
        "SELECT SUM(DATA_LENGTH) FROM information_schema.TABLES WHERE TABLE_SCHEMA = %s",
        (where.database,),
    )
    return int(size or 0)


def check_target(system: System, where: Address, kept: frozenset[str], *, replace: bool) -> str:
    """Check one target; returns its server's version, RefusalError when it may not be used."""
    with target.connect(where) as connection, target.explained(where, "checking"):
        if connection.info.server_version < _OLDEST_TARGET:
            raise RefusalError(
                f"target {where}: Postgres {connection.info.server_version // 10000} is too old; 15 to 18 are supported"
            )
        encoding = target.fetch_value(connection, sql.SQL("SHOW server_encoding"))
        if encoding != "UTF8":
            raise RefusalError(f"target {where}: its encoding is {encoding}; create the database with ENCODING 'UTF8'")
        allowed = target.fetch_value(connection, sql.SQL("SELECT has_database_privilege(current_database(), 'CREATE')"))
        if not allowed:
            raise RefusalError(
                f"target {where}: user {where.user!r} may not create schemas; make it the database's owner"
            )
        version = connection.info.parameter_status("server_version") or ""
    state = pristine.require(system, where, kept, replace=replace)
    log.bound(phase=PHASE, system=system.name).info("target", outcome=state, target=str(where), version=version)
    return version.partition(" ")[0]


def check_disk(run: Run, size: int) -> None:
    """Refuse when the work folder's disk cannot hold the export."""
    free = shutil.disk_usage(run.folder).free
    if free < size * _DISK_FACTOR:
        raise RefusalError(
            f"{run.folder}: {free >> 20} MiB are free, the export may need {int(size * _DISK_FACTOR) >> 20} MiB; "
            "make room or set WORK_DIR to a larger disk"
        )


def _left_behind(
    system: System, connection: source.Connection, present: frozenset[str], known: Rules
) -> dict[str, int]:
    """The rows of the skipped tables that are there and have a limit."""
    tables = [rule.table for rule in known.limited(system.name) if rule.table in present]
    return {
        table: int(source.fetch_value(connection, f"SELECT COUNT(*) FROM {quote_mysql(table)}")) for table in tables
    }


def _check_catalog(
    system: System, where: Address, connection: source.Connection, skipped: Mapping[str, str]
) -> frozenset[str]:
    """The names of the source's tables; RefusalError when the schema is not the supported one."""
    actual = read_catalog(connection, where.database)
    if not actual.tables:
        raise RefusalError(
            f"source {where}: database {where.database!r} shows no tables to this user; check name and privileges"
        )
    found = [
        one
        for one in differences.source_differences(system.source_catalog, actual)
        if (one.table or one.object.removeprefix("table ")) not in skipped
    ]
    if found:
        violations = [_violation(system, one) for one in found]
        raise RefusalError(
            f"source {where}: {len(found)} differences from the supported {system.name} schema, first: {found[0]}; "
            "a table only in the source needs a row in seeds/rules/skipped_tables.csv",
            violations,
        )
    return frozenset(actual.tables)


def _violation(system: System, one: differences.Difference) -> Violation:
    table = one.table or one.object.removeprefix("table ")
    source_only = one.kind == "extra" and not one.table
    return Violation(
        system=system.name,
        table=table,
        column=one.object.removeprefix("column ") if one.object.startswith("column ") else None,
        kind="source_only_table" if source_only else f"schema_{one.kind}",
        rows=0,
        rule=str(one),
        remedy=(
            "name the table in seeds/rules/skipped_tables.csv with a reason"
            if source_only
            else "bring the source to the supported revision, or refresh the baseline's catalogs"
        ),
    )


def _judge_rows(
    system: System, where: Address, violations: Sequence[Violation], known: Rules
) -> tuple[tuple[Violation, AcceptedViolation], ...]:
    """The violations that a rule lets pass; ViolationError lists the others."""
    judged = acceptance.judge(violations, known.accepted)
    for one, _ in judged.passed:
        log.bound(phase=PHASE, system=system.name, table=one.table).info("accepted", outcome=one.kind, rows=one.rows)
    for one in judged.left:
        log.bound(phase=PHASE, system=system.name, table=one.table).error("violation", outcome=one.kind, rows=one.rows)
    if judged.left:
        number = counted(len(judged.left), "violation")
        raise ViolationError(
            f"source {where}: {number} of rules or constraints, first: {judged.left[0]}", list(judged.left)
        )
    return judged.passed


def _check_privileges(where: Address, connection: source.Connection, mappings: Mapping[str, TableMapping]) -> None:
    refused = []
    for table in mappings:
        try:
            source.fetch_all(connection, f"SELECT 1 FROM {quote_mysql(table)} LIMIT 1")
        except pymysql.err.MySQLError as error:
            if not source.missing_privilege(error):
                raise
            refused.append(table)
    if refused:
        raise RefusalError(
            f"source {where}: user {where.user!r} may not read {', '.join(refused[:10])}; "
            f"GRANT SELECT ON {quote_mysql(where.database)}.* TO this user"
        )
