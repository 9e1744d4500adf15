"""Counts, sizes and durations as a person reads them, spelled one way in terminal, page and charts."""

from __future__ import annotations


def count(number: int) -> str:
    """A whole number with thousands separated: `1,670,214`."""
    return f"{number:,}"


def counted(number: int, noun: str) -> str:
    """A number with its noun, in the plural where needed: `1 row`, `1,670 rows`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def size(number: float) -> str:
    """A number of bytes in decimal units and three digits: `1.39 GB`."""
    if number < 1000:
        return f"{number:.0f} B"
    units = ["kB", "MB", "GB", "TB", "PB"]
    while (number := number / 1000) >= 999.5 and len(units) > 1:
        units.pop(0)
    return f"{number:.{2 if number < 9.995 else 1 if number < 99.95 else 0}f} {units[0]}"


def duration(seconds: float) -> str:
    """A time: `0.04 s`, `12.3 s`, `2 min 05 s`, `1 h 02 min`."""
    if seconds < 0.995:
        return f"{seconds:.2f} s"
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest:02d} s"
    return f"{minutes // 60} h {minutes % 60:02d} min"


def clock(seconds: float) -> str:
    """A running time in whole seconds: `0:07`, `2:05`, `1:02:05`."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def percent(part: float, whole: float) -> str:
    """A share as a whole percentage, rounded down so that 100 % means all of it."""
    return f"{int(100 * part / whole) if whole else 100} %"
