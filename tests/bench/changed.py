"""What happens in a source between two runs: a few chunks get another row."""

from __future__ import annotations

from contextlib import closing

from runner import manifest, mapping, rules
from runner.mapping import TableMapping
from runner.run import Run
from runner.systems import named
from tests.bench.place import Place
from tests.servers.source import quoted

SHARE = 0.01


def change(place: Place, earlier: Run) -> int:
    """Change a row in one chunk of each of the largest tables, until a share of all chunks has changed; returns it."""
    tables = [(system, table) for system in place.urls for table in manifest.read(earlier.export_folder(system)).tables]
    wanted = max(1, round(SHARE * sum(len(table.files) for _, table in tables)))
    chosen = 0
    for system, table in sorted(tables, key=lambda one: -max(file.bytes for file in one[1].files)):
        chosen += _touch(place, system, table.name)
        if chosen == wanted:
            break
    return chosen


def _touch(place: Place, system: str, table: str) -> int:
    """Move a time of one row by a second; returns the rows changed, none in a table without such a column."""
    column = _time(mapping.of_table(named(system), rules.read(), table))
    if column is None:
        return 0
    name = quoted(column)
    statement = f"update {quoted(table)} set {name} = {name} + interval 1 second where {name} is not null limit 1"
    with closing(place.server.connect(place.address(system).database)) as connection:
        with connection.cursor() as cursor:
            rows = cursor.execute(statement)
        connection.commit()
        return rows


def _time(table: TableMapping) -> str | None:
    found = [one.name for one in table.columns if one.rule == "timestamp" and one.name not in table.key]
    return found[-1] if found else None
