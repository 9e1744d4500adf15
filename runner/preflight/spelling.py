"""How values, bytes and statements are written so that MySQL and MariaDB read them alike.

Texts are written in hexadecimal: a server's `sql_mode` decides what backslashes and double quotes mean.
"""

from __future__ import annotations


def text(value: str) -> str:
    """A literal with the characters of a text."""
    return f"_utf8mb4 X'{value.encode().hex()}'"


def octets(value: str) -> str:
    """A literal with the UTF-8 bytes of a text, which compares byte by byte."""
    return f"X'{value.encode().hex()}'"


def binary(value: str) -> str:
    """The bytes of a value: compared without the collation, which ignores case, accents and U+0000."""
    return f"CAST({value} AS BINARY)"


def pattern(expression: str) -> str:
    """A regular expression of MariaDB over bytes, for `REGEXP`, written in ASCII.

    Bytes that it does not take for characters it need not examine first: half of what a search in a long text costs.
    """
    return binary(octets(expression))
