"""The whiteboard rule: a zlib stream, one character per byte on MySQL, base64 of those bytes on Postgres."""

from __future__ import annotations

import base64
import zlib


def whiteboard_base64(text: str) -> str | None:
    """Standard base64 of the bytes U+0000..U+00FF stand for; '' stays ''.

    None when the text is no such stream: a code point above U+00FF, or bytes that do not inflate to their end.
    """
    if not text:
        return text
    try:
        content = text.encode("latin-1")
        stream = zlib.decompressobj()
        remaining = content
        while remaining and not stream.eof:
            stream.decompress(remaining, _BLOCK)
            remaining = stream.unconsumed_tail
    except (UnicodeEncodeError, zlib.error):
        return None
    return base64.b64encode(content).decode() if stream.eof and not stream.unused_data else None


_BLOCK = 1 << 20
