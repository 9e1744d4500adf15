"""Where a CSV record stands in its file; records may span lines."""

from __future__ import annotations

from pathlib import Path

from runner import manifest

_BLOCK = 1 << 20
_END = ord("\n")


def line_of_record(path: Path, record: int, quote: manifest.Quote = '"') -> int:
    """The line, from 1, on which the record of that number, from 1, begins."""
    seen, line, quoted, mark = 1, 1, False, ord(quote)
    if record == 1:
        return 1
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            for byte in block:
                if byte == mark:
                    quoted = not quoted
                elif byte == _END:
                    line += 1
                    seen += not quoted
                    if seen == record and not quoted:
                        return line
    raise ValueError(f"{path.name} has no record {record}")
