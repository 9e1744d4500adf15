"""The timeline of a report as numbers that can be drawn: lanes, throughput, seconds by table and phase."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from runner.runs.report import Report, Span

MOST_LANES = 8


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch in a lane, in seconds since the run began; `label` is empty where several tables were joined."""

    start: float
    end: float
    label: str


def labels(report: Report) -> dict[tuple[str, str], str]:
    """What charts call each table: its name, with the system in front where two systems share it."""
    known = {(system, table.name) for system, table in report.tables}
    known |= {(span.system, span.table) for span in report.timeline}
    names = Counter(table for _, table in known)
    return {(system, table): f"{system}.{table}" if names[table] > 1 or not table else table for system, table in known}


def start_of(report: Report, span: Span) -> float:
    """Seconds from the beginning of the run to that of the span."""
    return max(0.0, (span.started_at - report.started_at).total_seconds())


def steps(report: Report, phase: str) -> list[str]:
    """What the phase did with its tables, in the order it began to: one step without a name where it does one thing."""
    spans = sorted((span for span in report.timeline if span.phase == phase), key=lambda span: span.started_at)
    return list(dict.fromkeys(span.step for span in spans))


def lanes(report: Report, phase: str, step: str, shortest: float) -> list[list[Segment]]:
    """The spans of a step of a phase, side by side where they overlap in time.

    Chunks of a table that follow one another become one segment, and so do neighbours shorter than
    `shortest` seconds: a run of ten thousand chunks draws as fast as one of ten. What finds no free lane
    among the most there may be overlaps in the last one.
    """
    names = labels(report)
    out: list[list[Segment]] = []
    spans = (span for span in report.timeline if (span.phase, span.step) == (phase, step))
    for span in sorted(spans, key=lambda span: (span.started_at, span.system, span.table)):
        start = start_of(report, span)
        segment = Segment(start, start + span.seconds, names[span.system, span.table])
        free = next((lane for lane in out if lane[-1].end <= start + 0.001), None)
        if free is None and len(out) < MOST_LANES:
            out.append([segment])
        else:
            _append(free if free is not None else out[-1], segment, shortest)
    return out


def _append(lane: list[Segment], segment: Segment, shortest: float) -> None:
    last = lane[-1]
    short = segment.end - segment.start < shortest and (not last.label or last.end - last.start < shortest)
    same = bool(segment.label) and segment.label == last.label
    if (short or same) and segment.start - last.end < shortest:
        lane[-1] = Segment(last.start, max(last.end, segment.end), last.label if same else "")
    else:
        lane.append(segment)


def throughput(report: Report, bins: int) -> dict[str, list[float]]:
    """Bytes a second of each phase in equal parts of the run; a span's bytes are spread over its time."""
    width = max(report.seconds, 0.001) / bins
    moved: dict[str, list[float]] = defaultdict(lambda: [0.0] * bins)
    for span in report.timeline:
        if not span.bytes:
            continue
        start = start_of(report, span)
        end = start + max(span.seconds, 0.001)
        for index in range(min(int(start / width), bins - 1), min(int(end / width), bins - 1) + 1):
            low, high = index * width, float("inf") if index == bins - 1 else (index + 1) * width
            moved[span.phase][index] += span.bytes * max(0.0, min(end, high) - max(start, low)) / (end - start)
    return {phase: [amount / width for amount in amounts] for phase, amounts in moved.items()}


def seconds_by_table(report: Report) -> dict[tuple[str, str], dict[str, float]]:
    """Seconds of each table in each phase; under phase "" when the run kept no timeline."""
    out: dict[tuple[str, str], dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for span in report.timeline:
        if span.table:
            out[span.system, span.table][span.phase] += span.seconds
    if not out:
        for system, table in report.tables:
            out[system, table.name][""] = table.seconds
    return out


def phases_of(parts: Iterable[dict[str, float]]) -> list[str]:
    """The phases that occur, in the order of their first occurrence."""
    return list(dict.fromkeys(phase for part in parts for phase in part))
