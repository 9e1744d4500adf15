"""The whiteboard rule: a zlib stream, one character per byte on MySQL, base64 of those bytes on Postgres."""

from __future__ import annotations

import base64
import zlib

_BLOCK = 1 << 20


def whiteboard_base64(text: str) -> str | None:
    """Standard base64 of the bytes that U+0000..U+00FF stand for; None when another character is among them."""
    try:
        return base64.b64encode(text.encode("latin-1")).decode()
    except UnicodeEncodeError:
        return None


def is_whiteboard(text: str) -> bool:
    """Whether the bytes are a zlib stream that inflates to its end, and nothing after it; '' is an empty one."""
    try:
        remaining = text.encode("latin-1")
        stream = zlib.decompressobj()
        while remaining and not stream.eof:
            stream.decompress(remaining, _BLOCK)
            remaining = stream.unconsumed_tail
    except (UnicodeEncodeError, zlib.error):
        return False
    return not text or (stream.eof and not stream.unused_data)
