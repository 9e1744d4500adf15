r"""CSV as this project writes it: UTF-8, RFC 4180, records end with LF, NULL an unquoted empty field.

Character values are always quoted, so `""` is the empty text; numbers and times never are; bytes are
`\x` and hex. A value's bytes are otherwise exactly those of the source.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from runner.mapping import ColumnMapping
from runner.mysql.packets import Row
from runner.run import make_private, replacing

_BLOCK = 1 << 20
_QUOTED = frozenset({"uuid", "text", "padded_text", "json", "jsonb", "enum"})


@dataclass(frozen=True, slots=True)
class Written:
    """What went into a file: records, bytes, SHA-256, longest record in bytes, sum of the row digests."""

    rows: int
    bytes: int
    sha256: str
    longest_line: int
    digest: int


def write(path: Path, columns: tuple[ColumnMapping, ...], rows: Iterable[Row]) -> Written:
    """Write rows to a file, complete or not at all.

    Each row holds the values of `columns` and, last, the row's digest as 15 hex digits. Raises ValueError
    when the server could not compute the digest (its text would exceed max_allowed_packet).
    """
    make_private(path.parent)
    encoders = [_KIND.get(column.rule, _plain) for column in columns]
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
                size += _flush(file.fileno(), lines, sha256)
                pending = 0
        size += _flush(file.fileno(), lines, sha256)
    return Written(count, size, sha256.hexdigest(), longest, digest)


def _flush(descriptor: int, lines: list[bytes], sha256: hashlib._Hash) -> int:
    if not lines:
        return 0
    lines.append(b"")
    block = b"\n".join(lines)
    lines.clear()
    sha256.update(block)
    view = memoryview(block)
    while view:
        view = view[os.write(descriptor, view) :]
    return len(block)


def _quoted(value: bytes) -> bytes:
    return b'"' + value.replace(b'"', b'""') + b'"'


def _hex(value: bytes) -> bytes:
    return b"\\x" + value.hex().encode()


def _plain(value: bytes) -> bytes:
    return value


_KIND = dict.fromkeys(_QUOTED, _quoted) | {"bytea": _hex}
