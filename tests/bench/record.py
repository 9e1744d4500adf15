"""The record of a benchmark, as `work/bench/<stamp>.json` holds it. Times are seconds, sizes bytes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from runner.run import replacing

Seconds = Annotated[float, Field(ge=0), AfterValidator(lambda seconds: round(seconds, 3))]
Count = Annotated[int, Field(ge=0)]
SourceKind = Literal["mysql", "mariadb"]


class Model(BaseModel):
    """What all parts of the record share: they never change, and know no other field."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Cpu(Model):
    """CPU seconds, user and system, of every process of each part, children included."""

    client: Seconds = 0.0
    """The processes that move the rows."""
    source: Seconds = 0.0
    target: Seconds = 0.0

    @property
    def total(self) -> float:
        """Of all parts."""
        return self.client + self.source + self.target

    def __add__(self, other: Cpu) -> Cpu:
        return Cpu(
            client=self.client + other.client, source=self.source + other.source, target=self.target + other.target
        )

    def since(self, earlier: Cpu) -> Cpu:
        """This without what an earlier look had seen; never less than nothing."""
        parts = ("client", "source", "target")
        return Cpu(**{part: max(0.0, getattr(self, part) - getattr(earlier, part)) for part in parts})


class Phase(Model):
    """One phase of a migration; phases overlap, and while they do each is given the CPU of all."""

    name: str
    seconds: Seconds
    cpu: Cpu


class Measured(Model):
    """One candidate's turn."""

    candidate: str
    round: Count
    calibration: Seconds
    """What a fixed loop took just before: slower means that others used the machine."""
    memory: Seconds | None = None
    """What getting and filling a fixed amount of new memory took just before: it varies where the loop does not."""
    seconds: Seconds
    cpu: Cpu
    peak_bytes: Count | None = None
    """The most memory of all client processes together, pages that they share counted once."""
    rows: Count | None = None
    """Rows that the target has afterwards, where the candidate moves any."""
    phases: tuple[Phase, ...] = ()
    failure: str | None = None


class ScaleRecord(Model):
    """All turns on one amount of data."""

    scale: float
    rows: Count
    bytes: Count
    """Of the CSV files."""
    largest_row: Count
    fill_seconds: Seconds
    turns: tuple[Measured, ...]
    absent: dict[str, str]
    """Candidates that had no turn, each with the reason."""

    def of(self, candidate: str) -> list[Measured]:
        """The turns of a candidate that came to their end, by round."""
        return [turn for turn in self.turns if turn.candidate == candidate and turn.failure is None]


class Criterion(Model):
    """One promise: a ratio or size that was measured, its bound and whether it holds."""

    what: str
    scale: str
    """The scale it was measured at; two for growth."""
    value: float | None
    """None when it was not measured."""
    unit: Literal["ratio", "bytes"] = "ratio"
    bound: float | None
    """None where the promise is made for another scale."""
    smaller_is_better: bool = True
    aim: float | None = None
    note: str = ""

    @property
    def reached(self) -> bool | None:
        """Whether the bound holds; None without a value or a bound."""
        if self.value is None or self.bound is None:
            return None
        return self.value <= self.bound if self.smaller_is_better else self.value >= self.bound


class Growth(Model):
    """How time follows rows: `seconds = fixed + slope · rows ^ exponent`, from the medians of several scales."""

    fixed_seconds: Seconds
    exponent: float
    seconds: dict[str, Seconds]
    """Scale to the median of migrate."""


class Bench(Model):
    """One benchmark."""

    format: Literal[1] = 1
    started_at: AwareDatetime
    seconds: Seconds
    commit: str
    machine: dict[str, str]
    versions: dict[str, str]
    source: SourceKind
    target: str
    systems: tuple[str, ...]
    jobs: Count
    scales: tuple[ScaleRecord, ...]
    growth: Growth | None
    criteria: tuple[Criterion, ...]


def write(bench: Bench, path: Path) -> None:
    """Keep a record; OSError when it cannot be written."""
    with replacing(path) as file:
        file.write(bench.model_dump_json(indent=2).encode() + b"\n")


def read(path: Path) -> Bench:
    """A record as it was kept; pydantic's ValidationError when it is none."""
    return Bench.model_validate_json(path.read_bytes())
