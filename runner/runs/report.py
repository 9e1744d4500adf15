"""What a run did and proved: the typed shape of `work/<run_id>/report.json`.

Other programs read that file, so its shape is a contract: `docs/report.schema.json` is generated from the
models here and a test compares the two. `report.html` and the summary in the terminal are rendered from a
`Report` and from nothing else. A report holds keys and counts, never a value of a row and never a secret.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
)

from runner.errors import UsageError, Violation
from runner.run import replacing

Status = Literal["succeeded", "failed", "refused"]
PhaseStatus = Literal["succeeded", "failed", "refused", "skipped"]
Count = Annotated[int, Field(ge=0)]
Seconds = Annotated[float, Field(ge=0), AfterValidator(lambda seconds: round(seconds, 3))]
# A sum of 60-bit numbers passes 2^53, above which readers of JSON lose digits: it is written as text.
Digest = Annotated[
    str,
    BeforeValidator(lambda value: str(value) if isinstance(value, int) else value),
    Field(pattern=r"^\d+$"),
]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Phase(_Model):
    """One phase that the run came to; `skipped` means that its work was already done and still holds."""

    name: str
    status: PhaseStatus
    seconds: Seconds = 0.0
    started_at: AwareDatetime | None = None
    """None for a skipped phase."""


class Source(_Model):
    """Where the rows came from."""

    kind: str
    """`mysql`, `mariadb` or `csv`."""
    version: str
    """As the server prints it; for `csv` the version in the manifest."""
    snapshot: str
    """What names the consistent snapshot: the engine's own position, or the digest of the manifest."""
    database: str = ""
    """The database's name on the source."""


class Target(_Model):
    """Where the rows went."""

    version: str
    database: str


class TableReport(_Model):
    """One copied table; a count or digest is None when the run did not come to it."""

    name: str
    source_rows: Count | None = None
    """Rows that the source counted."""
    exported_rows: Count | None = None
    """Rows in the CSV files."""
    landed_rows: Count | None = None
    """Rows that Postgres took into landing."""
    final_rows: Count | None = None
    """Rows in build, or in `public` after publish."""
    source_digest: Digest | None = None
    """The decimal sum that the source engine computed over its stored rows; for method `value` that of the values in
    the CSV files, whose texts were compared with the source's sum before."""
    final_digest: Digest | None = None
    """The decimal sum that Postgres computed over its stored rows."""
    identical: bool = False
    """Whether counts and digests of both engines are equal; false also when they were not compared."""
    bytes: Count = 0
    """Size of the table's CSV files."""
    seconds: Seconds = 0.0
    """Time spent on the table in all phases together; chunks in parallel add up."""
    chunks: Count = 1
    """How many CSV files the table was cut into."""
    method: Literal["text", "value"] = "text"
    """`text`: printed rows were compared; `value`: a rule changed the spelling, so parsed values were."""

    @property
    def compared(self) -> bool:
        """Whether both engines gave a digest."""
        return self.source_digest is not None and self.final_digest is not None


class SkippedTable(_Model):
    """A table that a rule leaves behind; `rows` is None when the source could not say."""

    name: str
    rows: Count | None
    reason: str


class AppliedRule(_Model):
    """A rule and the rows it touched in one column."""

    rule: str
    """Name of the cast rule or override."""
    table: str
    column: str
    rows: Count
    """Rows whose value it changed, or left out."""
    reason: str
    """The reason its file gives."""


class Constraints(_Model):
    """How many constraints of the baseline Postgres validated on the loaded tables."""

    primary_keys: Count = 0
    unique: Count = 0
    foreign_keys: Count = 0
    checks: Count = 0
    not_null: Count = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.primary_keys + self.unique + self.foreign_keys + self.checks + self.not_null


class Tests(_Model):
    """The dbt tests that ran on the loaded tables."""

    run: Count = 0
    passed: Count = 0


class SequenceReport(_Model):
    """A sequence and the value it hands out next."""

    name: str
    value: int


class Drift(_Model):
    """One difference between the target's catalog and the baseline; `table` is empty outside tables."""

    table: str
    object: str
    kind: str
    expected: str
    """What the baseline says."""
    actual: str
    """What the target has."""


class Advice(_Model):
    """Something that is correct as it is and could be better; `ddl` does it when given."""

    kind: str
    table: str
    text: str
    columns: tuple[str, ...] = ()
    ddl: str | None = None


class SystemReport(_Model):
    """Everything about one system."""

    source: Source
    target: Target
    tables: tuple[TableReport, ...] = ()
    """The copied tables."""
    skipped: tuple[SkippedTable, ...] = ()
    """The tables that are not copied."""
    rules: tuple[AppliedRule, ...] = ()
    """The rules of its columns, with the rows each touched."""
    constraints: Constraints = Constraints()
    """Validated constraints, counted."""
    tests: Tests = Tests()
    sequences: tuple[SequenceReport, ...] = ()
    """Where the sequences go on."""
    drift: tuple[Drift, ...] = ()
    """Empty when the schema is the baseline's, apart from `added_indexes`."""
    added_indexes: tuple[str, ...] = ()
    """Indexes beyond the baseline that `--with-fk-indexes` asked for."""
    advice: tuple[Advice, ...] = ()
    """What could be better, without any effect on the result."""


class Span(_Model):
    """One stretch of work on one table, for the timeline; `table` is empty for work on the whole system."""

    phase: str
    system: str
    table: str
    started_at: AwareDatetime
    seconds: Seconds
    rows: Count = 0
    bytes: Count = 0
    step: str = ""
    """What was done with the table: `fill` or `constrain` in load, `digest` in verify; empty elsewhere."""


class Failure(_Model):
    """Why the run ended early and the command to type next."""

    message: str
    next_command: str = ""
    published: tuple[str, ...] = ()
    """Systems that the run published all the same, before it was stopped."""


class Report(_Model):
    """One run."""

    run_id: str
    """UUIDv7: ids sort by time."""
    status: Status
    """`refused` means that nothing was tried."""
    started_at: AwareDatetime
    finished_at: AwareDatetime
    seconds: Seconds
    """From start to finish."""
    task: str = "migrate"
    """What was typed: the name of the task that wrote this report last."""
    versions: dict[str, str] = {}
    """Of Python and of the libraries that did the work."""
    phases: tuple[Phase, ...] = ()
    """In the order in which they ended."""
    systems: dict[str, SystemReport] = {}
    """By the system's name."""
    violations: tuple[Violation, ...] = ()
    """Empty when the run succeeded."""
    error: Failure | None = None
    """Null when the run succeeded."""
    timeline: tuple[Span, ...] = ()
    """What was worked on when, for charts."""

    @property
    def tables(self) -> tuple[tuple[str, TableReport], ...]:
        """Every copied table with the name of its system."""
        return tuple((name, table) for name, system in self.systems.items() for table in system.tables)

    @property
    def rows(self) -> int:
        """Rows of all tables: the target's count, or the last one known."""
        return sum(rows_of(table) for _, table in self.tables)

    @property
    def bytes(self) -> int:
        """Bytes of all CSV files."""
        return sum(table.bytes for _, table in self.tables)


def rows_of(table: TableReport) -> int:
    """The best known number of rows: final, else landed, exported, source, else 0."""
    counts = (table.final_rows, table.landed_rows, table.exported_rows, table.source_rows)
    return next((count for count in counts if count is not None), 0)


def schema() -> str:
    """The JSON Schema of report.json, as `docs/report.schema.json` holds it."""
    document = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **Report.model_json_schema(mode="serialization"),
    }
    return json.dumps(document, indent=2) + "\n"


def read(path: Path) -> Report:
    """The report of a file; UsageError when there is none or it is not one."""
    try:
        return Report.model_validate_json(path.read_bytes())
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        fault = ": ".join(filter(None, (".".join(str(part) for part in first["loc"]), first["msg"])))
        raise UsageError(f"{path} is not a report: {fault}; name another run, or move its folder away") from None


def write(report: Report, folder: Path) -> Path:
    """Writes report.json and returns its path; OSError when it cannot be written."""
    path = folder / "report.json"
    with replacing(path) as file:
        file.write(report.model_dump_json(indent=2).encode() + b"\n")
    return path
