"""A benchmark as a picture: for every candidate its time, and below it the CPU of client, source and target."""

from __future__ import annotations

from pathlib import Path
from statistics import median

from runner.pages.figure import ACCENT, BAD, INK, MUTED, TINTS, Sheet
from runner.quantity import counted, duration, size
from runner.systems import ROOT
from tests.bench import criteria
from tests.bench.record import Bench, Measured, ScaleRecord

MEANING = {
    "read": "floor: the source sends every row",
    "copy": "floor: COPY of the CSV files",
    "post_data": "floor: keys, indexes, foreign keys",
    "migrate": "migrate, proved and published",
    "since": "the same since an earlier run",
    "duckdb": "DuckDB's extensions, unproved",
    "pgloader": "pgloader, rows alone, unproved",
}
WIDTH, LEFT, RIGHT = 940, 300, 100
ROW, HEAD, LEGEND = 40, 42, 34
PARTS = {"client": TINTS[1], "source": TINTS[2], "target": TINTS[4]}
_FONT = 'text { font-family: system-ui, "Segoe UI", Roboto, "Liberation Sans", Arial, sans-serif; }'


def write(bench: Bench, path: Path) -> None:
    """Draw a record into a file of its own; OSError when it cannot be written."""
    panels = [(record, _rows(record)) for record in bench.scales]
    sheet = Sheet(WIDTH, LEGEND + sum(HEAD + ROW * len(rows) for _, rows in panels) + 10)
    _legend(sheet)
    most = max((max(turn.seconds, turn.cpu.total) for _, rows in panels for _, turn in rows), default=1.0)
    top = float(LEGEND)
    for record, rows in panels:
        _panel(sheet, record, rows, bench.jobs, top, (WIDTH - LEFT - RIGHT) / most)
        top += HEAD + ROW * len(rows)
    said = f"Migration of {bench.source} to {bench.target}, {len(bench.scales)} amounts of data."
    path.write_text(_alone(sheet.svg("bench", "What a migration costs, and what others take", said)), encoding="utf-8")


def _rows(record: ScaleRecord) -> list[tuple[str, Measured]]:
    """Each candidate's turn of middle length."""
    found = []
    for name, meaning in MEANING.items():
        if turns := record.of(name):
            middle = median(turn.seconds for turn in turns)
            found.append((meaning, min(turns, key=lambda turn: abs(turn.seconds - middle))))
    return found


def _legend(sheet: Sheet) -> None:
    x = float(LEFT)
    words = {"time": ACCENT} | {f"CPU of the {part}": tint for part, tint in PARTS.items()} | {"floor": BAD}
    for word, colour in words.items():
        sheet.bars([(x, x + 12, 14)], 10, colour)
        sheet.text(x + 18, 14, word)
        x += 40 + 7 * len(word)


def _panel(
    sheet: Sheet, record: ScaleRecord, rows: list[tuple[str, Measured]], jobs: int, top: float, scale: float
) -> None:
    sheet.text(16, top + 16, f"{counted(record.rows, 'row')}, {size(record.bytes)}", bold=True, size=13)
    floor = criteria.floor_seconds(record, jobs)
    for number, (meaning, turn) in enumerate(rows):
        y = top + HEAD + ROW * number
        sheet.text(LEFT - 10, y, meaning, align="right", colour=INK)
        sheet.bars([(LEFT, LEFT + turn.seconds * scale, y)], 13, ACCENT)
        x = float(LEFT)
        for part, tint in PARTS.items():
            width = getattr(turn.cpu, part) * scale
            if width >= 1:
                sheet.bars([(x, x + width, y + 14)], 9, tint)
            x += width
        right = max(LEFT + turn.seconds * scale, x) + 8
        sheet.text(right, y, duration(turn.seconds))
        sheet.text(right, y + 15, f"{duration(turn.cpu.total)} CPU", colour=MUTED, size=10.5)
    movers = [number for number, (_, turn) in enumerate(rows) if turn.candidate not in criteria.FLOORS]
    if floor and movers:
        place, middle = LEFT + floor * scale, top + HEAD + ROW * (movers[0] + movers[-1]) / 2 + 6
        sheet.bars([(place, place + 2, middle)], ROW * len(movers), BAD)


def _alone(svg: str) -> str:
    """The drawing as a file that needs no page around it, in the report's colours."""
    colours = (ROOT / "runner" / "templates" / "report.css").read_text(encoding="utf-8").partition("\n\n")[0]
    head, tag, body = svg.partition(">")
    named = head.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
    ground = '<rect width="100%" height="100%" style="fill: var(--paper)"/>'
    return f"{named}{tag}<style>{colours}\n{_FONT}</style>{ground}{body}\n"
