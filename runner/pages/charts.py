"""The report's charts: when what ran, how large tables are, where the time went, how fast rows moved.

Each is drawn twice, for a wide page and for a telephone, and comes with a sentence that says what it shows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import floor, log10

from runner.pages import spans
from runner.pages.figure import ACCENT, BAD, INK, MUTED, SOFT, TINTS, Sheet, shortened
from runner.quantity import count, counted, duration, size
from runner.runs.report import Phase, Report, rows_of

WIDE, NARROW = 940, 360
TOP = 12
ROW = 23
"""Height of a row of horizontal bars."""
BINS = 60
"""Parts of the run over which throughput is averaged."""
LETTER = 6.3
"""Width of a letter of the smallest text, on the safe side."""
_UNITS = ((4 * 3600, 3600, "h"), (300, 60, "min"), (0, 1, "s"))
"""From how many seconds on an axis counts in which unit."""
_STEPS = (1, 2, 3, 5, 6, 10)


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart as inline SVG for both widths."""

    name: str
    title: str
    description: str
    wide: str
    narrow: str


def all_charts(report: Report) -> dict[str, Chart]:
    """The charts that the report has data for, by name."""
    found: list[tuple[str, str, Callable[[Report], str], Callable[[Report, int], Sheet]]] = []
    if any(phase.started_at and phase.started_at >= report.started_at for phase in report.phases):
        found.append(("timeline", "Phases and their tables over time", _said_timeline, _timeline))
    if report.bytes:
        found.append(("sizes", "The largest tables", _said_sizes, _sizes))
    if any(sum(parts.values()) for parts in spans.seconds_by_table(report).values()):
        found.append(("times", "The slowest tables", _said_times, _times))
    if any(span.bytes for span in report.timeline):
        found.append(("throughput", "Throughput over time", _said_throughput, _throughput))
    charts = {}
    for name, title, say, draw in found:
        said = say(report)
        wide, narrow = (draw(report, width).svg(f"{name}-{width}", title, said) for width in (WIDE, NARROW))
        charts[name] = Chart(name, title, said, wide, narrow)
    return charts


def _timeline(report: Report, width: int) -> Sheet:
    """A bar a phase with the tables it worked on below, step by step, side by side where they overlapped."""
    left, right = (146 if width == WIDE else 70), width - 12
    scale = (right - left) / max(report.seconds, 0.001)
    # What an earlier attempt did has its row in the table of phases: it lies before this drawing's time.
    phases = [phase for phase in report.phases if phase.started_at and phase.started_at >= report.started_at]
    rows = {
        (phase.name, step): spans.lanes(report, phase.name, step, 3 / scale)
        for phase in phases
        for step in spans.steps(report, phase.name)
    }
    seen = dict.fromkeys(one.label for lanes in rows.values() for lane in lanes for one in lane)
    tints = {label: TINTS[number % 2] for number, label in enumerate(seen)}
    number_of_lanes = sum(map(len, rows.values()))
    lane = 20 if number_of_lanes <= 20 else 11
    tall = 34 * len(phases) + lane * number_of_lanes
    sheet = Sheet(width, tall + 26)
    _seconds(sheet, report, left, scale, 4, tall)
    y = 12.0
    for phase in phases:
        _phase(sheet, report, phase, y, left, scale)
        y += 9 + lane / 2
        for step in spans.steps(report, phase.name):
            sheet.text(left - 12, y, step, size=11, colour=MUTED, align="right")
            for segments in rows[phase.name, step]:
                _lane(sheet, segments, y, lane - 3, left, scale, tints)
                y += lane
        y += 25 - lane / 2
    return sheet


def _phase(sheet: Sheet, report: Report, phase: Phase, y: float, left: float, scale: float) -> None:
    started = (phase.started_at - report.started_at).total_seconds() if phase.started_at else 0.0
    begin, end = left + started * scale, left + (started + phase.seconds) * scale
    sheet.bars([(begin, max(end, begin + 2), y)], 10, BAD if phase.status in ("failed", "refused") else ACCENT)
    sheet.text(0, y, shortened(phase.name, 9), bold=True, size=12.5)
    if left > 100:
        sheet.text(left - 12, y, duration(phase.seconds), colour=MUTED, align="right")


def _lane(
    sheet: Sheet,
    lane: Sequence[spans.Segment],
    y: float,
    tall: float,
    left: float,
    scale: float,
    tints: dict[str, str],
) -> None:
    """The segments of one lane, each table in one of two tints, named where it has room until the next table."""
    boxes: dict[str, list[tuple[float, float, float]]] = {}
    for label, segments in groupby(lane, key=lambda segment: segment.label):
        places = [(left + one.start * scale, left + one.end * scale - 1, y) for one in segments]
        boxes.setdefault(tints[label], []).extend(places)
        room = int((places[-1][1] - places[0][0] - 7) / LETTER)
        if tall > 9 and label and room >= min(len(label), 12):
            sheet.text(places[0][0] + 4, y, shortened(label, room), size=11)
    for tint, found in boxes.items():
        sheet.bars(found, tall, tint)


def _seconds(sheet: Sheet, report: Report, left: float, scale: float, top: float, bottom: float) -> None:
    """A grid of time with its labels below."""
    unit, word = next((unit, word) for least, unit, word in _UNITS if report.seconds >= least)
    whole = report.seconds / unit
    ticks = _ticks(whole, 8 if left > 100 else 4)
    places = [left + tick * unit * scale for tick in ticks]
    sheet.upright(places, top, bottom)
    for tick, place in zip(ticks, places, strict=True):
        sheet.text(place, bottom + 14, f"{tick:g} {word}", colour=MUTED, align="center")


def _ticks(whole: float, most: int) -> list[float]:
    """Round numbers from 0 to a whole, evenly apart, with at most so many steps between them."""
    shortest = max(whole, 0.001) / most
    power = 10.0 ** floor(log10(shortest))
    step = next(power * factor for factor in _STEPS if power * factor >= shortest)
    return [number * step for number in range(int(whole / step) + 1)]


def _said_timeline(report: Report) -> str:
    longest = max(report.phases, key=lambda phase: phase.seconds)
    below = "Below each phase are the tables it worked on, side by side where they ran at the same time. "
    longest_part = f"The longest is {longest.name} with {duration(longest.seconds)} of {duration(report.seconds)}."
    return (below if report.timeline else "") + longest_part


def _sizes(report: Report, width: int) -> Sheet:
    """Bytes and rows of the largest tables, side by side or one below the other."""
    names = spans.labels(report)
    ranked = sorted(report.tables, key=lambda entry: -entry[1].bytes)
    bars = [(names[system, table.name], table.bytes, rows_of(table)) for system, table in ranked[:TOP]]
    rest = [table for _, table in ranked[TOP:]]
    if rest:
        bars.append((counted(len(rest), "other"), sum(t.bytes for t in rest), sum(map(rows_of, rest))))
    labels, sizes, rows = zip(*bars, strict=True)
    tall = 30 + ROW * len(bars)
    if width == NARROW:
        sheet = Sheet(width, tall * 2 + 16)
        _bars(sheet, (0, 0, 134, width), labels, sizes, [size(n) for n in sizes], "Size as CSV")
        _bars(sheet, (0, tall + 16, 134, width), labels, rows, [count(n) for n in rows], "Rows")
        return sheet
    sheet, middle = Sheet(width, tall), (width + 230) / 2 - 16
    _bars(sheet, (0, 0, 230, middle), labels, sizes, [size(n) for n in sizes], "Size as CSV")
    _bars(sheet, (middle, 0, middle + 32, width), (), rows, [count(n) for n in rows], "Rows")
    return sheet


def _bars(
    sheet: Sheet,
    place: tuple[float, float, float, float],
    labels: Sequence[str],
    values: Sequence[float],
    texts: Sequence[str],
    title: str,
) -> None:
    """Horizontal bars; `place` is the left end of labels, the top, and both ends of the bars."""
    edge, top, left, right = place
    scale = (right - left - 78) / (max(values) or 1)
    sheet.text(left, top + 10, title, bold=True)
    for number, (value, text) in enumerate(zip(values, texts, strict=True)):
        y = top + 30 + ROW * (number + 0.5) - 2
        sheet.bars([(left, left + value * scale, y)], 13, SOFT if number == TOP else ACCENT)
        sheet.text(left + max(1, value * scale) + 6, y, text)
        if labels:
            label = shortened(labels[number], int((left - edge) / 7))
            sheet.text(left - 8, y, label, align="right", colour=MUTED if number == TOP else INK)


def _said_sizes(report: Report) -> str:
    system, first = max(report.tables, key=lambda entry: entry[1].bytes)
    total = f"{counted(report.rows, 'row')} and {size(report.bytes)} in {counted(len(report.tables), 'table')}"
    largest = f"{system}.{first.name} with {counted(rows_of(first), 'row')} and {size(first.bytes)}"
    return f"{total}; the largest is {largest}."


def _times(report: Report, width: int) -> Sheet:
    """Seconds of the slowest tables, one bar each, divided by phase."""
    slowest, phases = _slowest(report)
    names = spans.labels(report)
    left = 134 if width == NARROW else 230
    scale = (width - left - 84) / max(sum(parts.values()) for _, parts in slowest)
    sheet = Sheet(width, 34 + ROW * len(slowest))
    x = 0.0 if width == NARROW else float(left)
    for number, phase in enumerate(phases):
        sheet.bars([(x, x + 11, 11)], 11, _tint(number))
        sheet.text(x + 16, 11, phase)
        x += 28 + 7 * len(phase)
    for place, (key, parts) in enumerate(slowest):
        y, x = 34 + ROW * (place + 0.5) - 2, float(left)
        sheet.text(left - 8, y, shortened(names[key], int(left / 7)), align="right")
        for number, phase in enumerate(phases):
            if parts.get(phase):
                sheet.bars([(x, x + parts[phase] * scale, y)], 13, _tint(number))
                x += parts[phase] * scale
        sheet.text(x + 7, y, duration(sum(parts.values())))
    return sheet


def _tint(number: int) -> str:
    """The colours of phases in their order: from light to dark, and again."""
    return TINTS[1 + number % (len(TINTS) - 1)]


def _slowest(report: Report) -> tuple[list[tuple[tuple[str, str], dict[str, float]]], list[str]]:
    ranked = sorted(spans.seconds_by_table(report).items(), key=lambda entry: (-sum(entry[1].values()), entry[0]))
    return ranked[:TOP], spans.phases_of(parts for _, parts in ranked)


def _said_times(report: Report) -> str:
    slowest, _ = _slowest(report)
    parts = [f"{system}.{table} {duration(sum(seconds.values()))}" for (system, table), seconds in slowest[:3]]
    return f"Most time went into {', '.join(parts)}. Chunks worked on at the same time add up."


def _throughput(report: Report, width: int) -> Sheet:
    """Bytes a second of each phase that moves rows, a strip each, which reaches to its own highest rate."""
    moved = spans.throughput(report, BINS)
    strip, left = 62, (146 if width == WIDE else 84)
    scale = (width - left - 12) / max(report.seconds, 0.001)
    sheet = Sheet(width, strip * len(moved) + 28)
    _seconds(sheet, report, left, scale, 4, strip * len(moved))
    for number, (phase, rates) in enumerate(moved.items()):
        base = strip * (number + 1.0)
        step = (width - left - 12) / len(rates)
        edges = [left + index * step for index in range(len(rates) + 1)]
        sheet.steps(edges, [base - rate / (max(rates) or 1.0) * (strip - 12) for rate in rates], base)
        sheet.text(0, base - 26, shortened(phase, 12), bold=True, size=12.5)
        sheet.text(0, base - 9, f"to {size(max(rates))}/s", colour=MUTED)
    return sheet


def _said_throughput(report: Report) -> str:
    moved = spans.throughput(report, BINS)
    peaks = [f"{phase} {size(max(rates))}/s" for phase, rates in moved.items()]
    whole = size(report.bytes / max(report.seconds, 0.001))
    return f"Highest rates: {', '.join(peaks)}. Over the whole run {whole}/s."
