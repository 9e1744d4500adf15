"""Reports as real runs leave them: all tables of both systems, one that failed, one that was refused."""

import hashlib
from datetime import UTC, datetime, timedelta

from runner import rules
from runner.errors import Violation
from runner.runs.report import (
    Advice,
    AppliedRule,
    Constraints,
    Drift,
    Failure,
    Phase,
    PhaseStatus,
    Report,
    SequenceReport,
    SkippedTable,
    Source,
    Span,
    SystemReport,
    TableReport,
    Target,
    Tests,
)
from runner.systems import System, all_systems

START = datetime(2025, 6, 3, 20, 14, 7, 120000, tzinfo=UTC)
RUN = "01973a5e-2f60-7c41-9a3b-5d0e8f6c1b24"
ROWS = {
    "authorization_policy": 1_670_214,
    "activity": 402_118,
    "credential": 120_450,
    "profile": 96_712,
    "location": 96_712,
    "whiteboard": 5_210,
    "identities": 18_204,
    "identity_credentials": 31_877,
    "sessions": 88_410,
    "session_devices": 90_002,
}
BYTES_A_ROW = {"authorization_policy": 640, "whiteboard": 88_000, "activity": 310, "profile": 420}
TRANSFORMED = {
    ("alkemio", "whiteboard"): "content",
    ("alkemio", "callout_contribution_defaults"): "whiteboardContent",
}
WORK = (
    ("export", "", 1.6, 10.4),
    ("stage", "", 2.1, 12.8),
    ("load", "fill", 15.0, 1.6),
    ("load", "constrain", 16.7, 1.2),
    ("verify", "digest", 18.4, 3.6),
)
"""Phase and step with their beginning and their seconds."""
PHASES = (
    ("check", 0.0, 1.5),
    ("export", 1.6, 10.4),
    ("stage", 2.1, 12.8),
    ("load", 15.0, 3.1),
    ("verify", 18.2, 3.8),
    ("publish", 22.1, 0.4),
)


def _number(*parts: object) -> int:
    """A number that is the same in every run."""
    return int.from_bytes(hashlib.sha256(repr(parts).encode()).digest()[:7], "big")


def _names(system: System) -> list[str]:
    skipped = rules.read().skipped_of(system.name)
    return [name for name in system.target_catalog.tables if name not in skipped]


def _table(system: System, name: str) -> TableReport:
    rows = ROWS.get(name, _number(name) % 900 if _number(name) % 5 else 0)
    by_value = (system.name, name) in TRANSFORMED
    digest = sum(_number(name, part) for part in range(min(rows, 8))) * 131
    size = rows * BYTES_A_ROW.get(name, 120 + _number(name, "width") % 300) + 80
    return TableReport(
        name=name,
        source_rows=rows,
        exported_rows=rows,
        landed_rows=rows,
        final_rows=rows,
        source_digest=str(_number(name, "text") if by_value else digest),
        final_digest=str(digest),
        identical=True,
        bytes=size,
        seconds=0.04 + size / 90e6,
        chunks=1 + size // 64_000_000,
        method="value" if by_value else "text",
    )


def _system(system: System) -> SystemReport:
    skipped = rules.read().skipped_of(system.name)
    return SystemReport(
        source=Source(kind="mysql", version="9.1.0", snapshot="binlog.000118:4417732", database=system.name),
        target=Target(version="17.5", database=system.name),
        tables=tuple(_table(system, name) for name in _names(system)),
        skipped=tuple(SkippedTable(name=name, rows=97, reason=reason) for name, reason in skipped.items()),
        rules=tuple(
            AppliedRule(
                rule="whiteboard_base64",
                table=table,
                column=column,
                rows=ROWS.get(table, 310),
                reason="The application on Postgres reads base64 of the zlib stream.",
            )
            for (owner, table), column in TRANSFORMED.items()
            if owner == system.name
        ),
        constraints=Constraints(
            primary_keys=len(_names(system)),
            unique=31,
            foreign_keys=len(system.target_catalog.tables),
            not_null=412,
        ),
        tests=Tests(run=len(_names(system)), passed=len(_names(system))),
        sequences=tuple(
            SequenceReport(name=sequence.name, value=_number(sequence.name) % 90_000 + 1)
            for sequence in system.target_catalog.sequences
        ),
        advice=(
            Advice(
                kind="foreign key without index",
                table=_names(system)[3],
                columns=("authorizationId",),
                text="A delete in the parent scans this table.",
                ddl=f'create index on public."{_names(system)[3]}" ("authorizationId");',
            ),
            Advice(
                kind="lookup without case",
                table=_names(system)[5],
                columns=("email",),
                text="MySQL finds this text in any case, Postgres only as spelled; 3 values would meet.",
            ),
        ),
    )


def _spans(systems: dict[str, SystemReport]) -> tuple[Span, ...]:
    """Two workers in each phase, each of which takes the next chunk when it is free."""
    tables = [(name, table) for name, system in systems.items() for table in system.tables]
    tables.sort(key=lambda entry: -entry[1].bytes)
    work = sum(table.bytes + 400_000 for _, table in tables)
    spans = []
    for phase, step, offset, seconds in WORK:
        free = [0.0, 0.0]
        for name, table in tables:
            for chunk in range(table.chunks):
                worker = free.index(min(free))
                took = 2 * seconds * (table.bytes + 400_000) / table.chunks / work
                spans.append(
                    Span(
                        phase=phase,
                        system=name,
                        table=table.name,
                        started_at=START + timedelta(seconds=offset + free[worker]),
                        seconds=took * (0.9 + _number(phase, table.name, chunk) % 10 / 100),
                        rows=0 if step == "constrain" else (table.source_rows or 0) // table.chunks,
                        bytes=0 if step == "constrain" else table.bytes // table.chunks,
                        step=step,
                    )
                )
                free[worker] += took
    return tuple(spans)


def _phases(until: str | None = None, ending: PhaseStatus = "failed") -> tuple[Phase, ...]:
    phases: list[Phase] = []
    for name, offset, seconds in PHASES:
        status: PhaseStatus = ending if name == until else "succeeded"
        started = START + timedelta(seconds=offset)
        phases.append(Phase(name=name, status=status, seconds=seconds, started_at=started))
        if name == until:
            break
    return tuple(phases)


VERSIONS = {
    "postgres-convergence": "0.1.0",
    "python": "3.11.9",
    "dbt-core": "1.11.16",
    "duckdb": "2.0.1",
    "alkemio baseline": "97 migrations",
    "kratos baseline": "1.3.1",
}


def succeeded() -> Report:
    """Everything moved and proved."""
    systems = {system.name: _system(system) for system in all_systems()}
    return Report(
        run_id=RUN,
        status="succeeded",
        started_at=START,
        finished_at=START + timedelta(seconds=22.5),
        seconds=22.5,
        versions=VERSIONS,
        phases=_phases(),
        systems=systems,
        timeline=_spans(systems),
    )


def failed() -> Report:
    """Two tables came out different, so nothing was published."""
    good = succeeded()
    systems = dict(good.systems)
    wrong = {"activity": 402_117, "user": 512}
    systems["alkemio"] = good.systems["alkemio"].model_copy(
        update={
            "tables": tuple(
                table.model_copy(update={"final_rows": wrong[table.name], "final_digest": "88101", "identical": False})
                if table.name in wrong
                else table
                for table in good.systems["alkemio"].tables
            ),
            "drift": (
                Drift(
                    table="user",
                    object="UQ_user_email",
                    kind="unique",
                    expected="unique (email)",
                    actual="missing",
                ),
            ),
        }
    )
    violations = (
        Violation(
            system="alkemio",
            table="activity",
            column=None,
            kind="row missing",
            rows=1,
            rule="identity",
            sample_keys=("6f9619ff-8b86-4011-b42d-00c04fc964ff",),
            file="export/alkemio/activity/0003.csv",
            line=88_213,
            remedy="Run the load of this table again; if it stays, report the key to the maintainers.",
        ),
        Violation(
            system="alkemio",
            table="user",
            column="email",
            kind="value differs",
            rows=3,
            rule="identity",
            sample_keys=tuple(f"0d3f2c{n:02d}-11aa-4a5b-9c1d-7e6f5a4b3c2d" for n in range(3)),
            remedy="Compare the three rows on both sides and fix the source.",
        ),
    )
    return good.model_copy(
        update={
            "status": "failed",
            "phases": _phases("verify"),
            "systems": systems,
            "violations": violations,
            "seconds": 21.9,
            "finished_at": START + timedelta(seconds=21.9),
            "error": Failure(
                message="2 of 100 tables are not identical: alkemio.activity, alkemio.user",
                next_command=f"./inv load --run {RUN} --system alkemio --table activity",
            ),
        }
    )


def refused() -> Report:
    """The check found reasons not to start."""
    systems = {
        name: SystemReport(
            source=system.source,
            target=system.target,
            tables=tuple(TableReport(name=table.name, source_rows=table.source_rows) for table in system.tables),
        )
        for name, system in succeeded().systems.items()
    }
    kinds = (
        (
            "challenge",
            None,
            "source-only table",
            214,
            "skipped_tables",
            "Name it in skipped_tables.csv with a reason.",
        ),
        (
            "opportunity",
            None,
            "source-only table",
            96,
            "skipped_tables",
            "Name it in skipped_tables.csv with a reason.",
        ),
        ("user", "accountID", "not a uuid", 2, "uuid", "Correct the two values in the source."),
        (
            "virtual_contributor",
            "platformSettings",
            "null",
            41,
            "not null",
            "Fill the column or accept a default.",
        ),
    )
    return Report(
        run_id=RUN,
        status="refused",
        started_at=START,
        finished_at=START + timedelta(seconds=1.5),
        seconds=1.5,
        versions=VERSIONS,
        phases=_phases("check", "refused"),
        systems=systems,
        violations=tuple(
            Violation(
                "alkemio",
                table,
                column,
                kind,
                rows,
                rule,
                tuple(str(_number(kind, n)) for n in range(min(rows, 20))),
                remedy=remedy,
            )
            for table, column, kind, rows, rule, remedy in kinds
        ),
        error=Failure(
            message="4 reasons not to start; all of them are listed, nothing was changed",
            next_command="./inv check --system alkemio",
        ),
    )
