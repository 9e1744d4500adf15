"""The one stream a person watches: a rich console that log lines and the progress display share.

They share it because rich can only keep a live display in place when everything else that is written goes
through the same console.
"""

from __future__ import annotations

import re
from functools import cache

from rich.console import Console

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff]")


@cache
def console() -> Console:
    """The console of standard output; colours, width and NO_COLOR are rich's to find out."""
    return Console(highlight=False, markup=False, emoji=False, soft_wrap=False)


def printable(text: object) -> str:
    """The text with control and direction characters spelled out, so that no name can steer a terminal."""
    return _CONTROL.sub(lambda match: f"\\u{ord(match[0]):04x}", str(text))
