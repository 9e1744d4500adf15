"""What the export selects of a row: its values and, last, its hash; JSON is printed once where the server allows it.

MySQL stores JSON parsed, and printing it is most of what an export costs the server. A value that is sent and
hashed would be printed twice; kept in a session variable on its way out it is printed once. MySQL promises no
order in which it evaluates a select list, so both ways are tried on the server before it is relied upon.
"""

from __future__ import annotations

from collections.abc import Sequence

from runner import digest
from runner.catalog.names import quote_mysql
from runner.mapping import ColumnMapping
from runner.mysql.source import Connection, fetch_all
from runner.resources import statement

_PROBED = tuple(ColumnMapping(name, "json", "json", "json", True, None) for name in ("first", "second"))


def select_list(columns: Sequence[ColumnMapping], *, once: bool) -> str:
    """The columns and the row's hash; with `once` every JSON value is printed once."""
    values, fields = [], []
    for number, column in enumerate(columns):
        name = quote_mysql(column.name)
        if once and column.source_type == "json" and not column.override:
            values.append(f"@printed_{number} := CAST({name} AS CHAR)")
            # A value that could not be printed leaves the hash NULL, which ends the export.
            fields.append(f"IF(ISNULL({name}), '', SHA2(@printed_{number}, 256))")
        else:
            values.append(name)
            fields.append(digest.field("mysql", column))
    return ", ".join([*values, digest.prefix_of_fields("mysql", fields)])


def prints_once(connection: Connection) -> bool:
    """Whether this server gives the same rows and hashes when JSON is printed once; reads no table."""
    documents = statement("json_probe")
    once, twice = (
        fetch_all(connection, f"SELECT {select_list(_PROBED, once=once)} FROM ({documents}) AS probe")
        for once in (True, False)
    )
    return once == twice
