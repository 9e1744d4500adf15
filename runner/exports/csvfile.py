r"""CSV as this project writes it: UTF-8, RFC 4180, records end with LF, NULL an unquoted empty field.

Character values are always quoted, so `""` is the empty text; numbers and times never are; bytes are
`\x` and hex. A value's bytes are otherwise exactly those of the source. Tables with JSON are quoted by apostrophes.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from runner import page_cache
from runner.manifest import File, Quote
from runner.mapping import ColumnMapping
from runner.mysql.packets import Row
from runner.run import make_private, replacing

_BLOCK = 1 << 20
_JSON = frozenset({"json", "jsonb"})
_QUOTED = frozenset({"uuid", "text", "padded_text", "enum"}) | _JSON


@dataclass(frozen=True, slots=True)
class Written:
    """What went into a file: records, bytes, SHA-256, longest record in bytes, sum of the row digests, its quotes."""

    rows: int
    bytes: int
    sha256: str
    longest_line: int
    digest: int
    quote: Quote

    def entry(self, path: str, seconds: float = 0.0) -> File:
        """What the manifest says of the file, which is at `path` in its export and took `seconds`."""
        return File(path=path, seconds=seconds, **{**asdict(self), "digest": str(self.digest)})


def write(path: Path, columns: tuple[ColumnMapping, ...], rows: Iterable[Row]) -> Written:
    """Write rows to a file, complete or not at all.

    Each row holds the values of `columns` and, last, the row's digest as 15 hex digits. Raises ValueError
    when the server could not compute the digest (its text would exceed max_allowed_packet).
    """
    make_private(path.parent)
    mark = quote(columns)
    encoders = [_encoder(column.rule, mark.encode()) for column in columns]
    sha256 = hashlib.sha256()
    lines: list[bytes] = []
    count = size = longest = digest = pending = 0
    with replacing(path) as file:
        for row in rows:
            digest += int(row.pop() or b"", 16)
            line = b",".join(
                [encode(value) if value is not None else b"" for encode, value in zip(encoders, row, strict=True)]
            )
            length = len(line) + 1
            longest = max(longest, length)
            lines.append(line)
            count += 1
            pending += length
            if pending >= _BLOCK:
                size += _flush(file.fileno(), lines, sha256, size)
                pending = 0
        size += _flush(file.fileno(), lines, sha256, size)
    return Written(count, size, sha256.hexdigest(), longest, digest, mark)


def quote(columns: Iterable[ColumnMapping]) -> Quote:
    """The mark around texts of a table: JSON is full of the usual one, and each within a value has to be doubled."""
    return "'" if any(column.rule in _JSON for column in columns) else '"'


def _flush(descriptor: int, lines: list[bytes], sha256: hashlib._Hash, written: int) -> int:
    if not lines:
        return 0
    lines.append(b"")
    block = b"\n".join(lines)
    lines.clear()
    sha256.update(block)
    view = memoryview(block)
    while view:
        view = view[os.write(descriptor, view) :]
    page_cache.begin_writing(descriptor, written, len(block))
    return len(block)


def _encoder(rule: str, mark: bytes) -> Callable[[bytes], bytes]:
    if rule == "bytea":
        return _hex
    return partial(_quoted, mark, mark * 2) if rule in _QUOTED else _plain


def _quoted(mark: bytes, doubled: bytes, value: bytes) -> bytes:
    return mark + value.replace(mark, doubled) + mark


def _hex(value: bytes) -> bytes:
    return b"\\x" + value.hex().encode()


def _plain(value: bytes) -> bytes:
    return value
