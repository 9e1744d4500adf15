"""The sides of a comparison: the same table as three engines hold it, asked in one vocabulary.

A side answers with counts, digests and hashes, never with values; only a primary key is spelled out, to name
a row. Rows are told apart by the hash of their key, which falls evenly whatever keys look like, and needs no
order that the engines would have to share.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
from psycopg import sql
from pymysql.cursors import SSCursor

from runner import digest, manifest
from runner.catalog.names import quote_mysql
from runner.digest import Engine, Form
from runner.duckdb import staging
from runner.duckdb.engine import make_room, open_engine
from runner.exports import csvfile
from runner.mapping import ColumnMapping, TableMapping
from runner.mysql import reading, source
from runner.mysql.packets import rows
from runner.postgres import target
from runner.run import make_private
from runner.settings import Address

_BLOCK = 10_000
Rows = Iterator[tuple[Any, ...]]


@dataclass
class Side:
    """One engine's copy of a table; `asked` counts the queries it answered, `form` is that of its digests."""

    engine: Engine
    mapping: TableMapping
    relation: str
    fetch: Callable[[str], Rows]
    form: Form = "source"
    asked: int = field(default=0, init=False)

    @property
    def _key(self) -> Sequence[ColumnMapping]:
        """The columns of the key; of a table without one a row is its own key."""
        return [column for column in self.mapping.columns if column.name in self.mapping.key] or self.mapping.columns

    @property
    def _hash(self) -> str:
        return digest.prefix(self.engine, self._key, self.form)

    def parts(self, within: Sequence[str], digits: int) -> dict[str, tuple[int, int]]:
        """Count and digest of the rows by the first `digits` of their key's hash, of those that start as `within`."""
        found = self._ask(
            f"SELECT LEFT({self._hash}, {digits}) AS part, COUNT(*), "
            f"{digest.total(self.engine, self.mapping.columns, self.form)} "
            f"FROM {self.relation}{self._starting(within)} GROUP BY 1"
        )
        return {str(part): (int(count), int(total)) for part, count, total in found}

    def entries(self, within: Sequence[str]) -> Iterator[tuple[str, str, str]]:
        """The hash of its key, the key and the row's hash of every row whose key's hash starts as one of `within`.

        Ordered by the first, so that two sides can be read in step.
        """
        spelled = ", ".join(digest.value(self.engine, column, self.form) for column in self._key)
        collation = ' COLLATE "C"' if self.engine == "postgres" else ""
        yield from self._ask(
            f"SELECT {self._hash}, CONCAT_WS('/', {spelled}), "
            f"{digest.prefix(self.engine, self.mapping.columns, self.form)} "
            f"FROM {self.relation}{self._starting(within)} ORDER BY {self._hash}{collation}"
        )

    def columns(self, hashes: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """A hash of each value of the rows whose keys have these hashes, in the mapping's order, by that hash."""
        values = ", ".join(digest.prefix(self.engine, [column], self.form) for column in self.mapping.columns)
        found = self._ask(f"SELECT {self._hash}, {values} FROM {self.relation}{self._starting(hashes)}")
        return {str(key): tuple(each) for key, *each in found}

    def digest(self) -> tuple[int, int]:
        """Count and digest of all rows."""
        ((count, total),) = self._ask(
            f"SELECT COUNT(*), {digest.total(self.engine, self.mapping.columns, self.form)} FROM {self.relation}"
        )
        return int(count), int(total)

    def _ask(self, query: str) -> Rows:
        self.asked += 1
        return self.fetch(query)

    def _starting(self, within: Sequence[str]) -> str:
        if not within or not within[0]:
            return ""
        known = ", ".join(f"'{one}'" for one in within)
        return f" WHERE LEFT({self._hash}, {len(within[0])}) IN ({known})"


@contextmanager
def of_source(where: Address, mapping: TableMapping) -> Iterator[Side]:
    """A table as the source holds it now, in one snapshot, in the source's form."""
    with closing(source.connect(where)) as connection, source.explained(where, f"comparing {mapping.name}"):
        source.fetch_all(connection, source.BEGIN_SNAPSHOT)

        def fetch(query: str) -> Rows:
            with connection.cursor(SSCursor) as cursor:
                cursor.execute(query)
                yield from cursor

        yield Side("mysql", mapping, _kept_rows(mapping), fetch)


@contextmanager
def of_target(where: Address, mapping: TableMapping, schema: str) -> Iterator[Side]:
    """A table as a schema of the target holds it now, in one snapshot."""
    with (
        target.connect(where, autocommit=False) as connection,
        target.explained(where, f"comparing {mapping.name}", mapping.system, mapping.name),
    ):
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")

        def fetch(query: str) -> Rows:
            with connection.cursor("comparison") as cursor:
                cursor.itersize = _BLOCK
                yield from cursor.execute(target.trusted(query))

        relation = sql.Identifier(schema, mapping.name).as_string(connection)
        yield Side("postgres", mapping, relation, fetch, "value")


@contextmanager
def of_files(folder: Path, table: manifest.Table, mapping: TableMapping, scratch: Path) -> Iterator[Side]:
    """A table as its exported files hold it, in the form of the final table."""
    relation = staging.read_files(folder, table.files, [column.name for column in mapping.columns])
    with _of_csv(relation, mapping, max(file.longest_line for file in table.files), scratch) as side:
        yield side


@contextmanager
def read_again(where: Address, mapping: TableMapping, scratch: Path) -> Iterator[Side]:
    """A table as the source holds it now, in the form of the final table, which the source cannot work out.

    It is read into a file below `scratch` that is gone afterwards.
    """
    make_private(scratch)
    with tempfile.TemporaryDirectory(dir=scratch) as folder:
        path = Path(folder) / "table.csv"
        query = f"SELECT {reading.select_list(mapping.columns, once=False)} FROM {_kept_rows(mapping)}"
        with closing(source.connect(where)) as connection, source.explained(where, f"reading {mapping.name}"):
            written = csvfile.write(path, mapping.columns, rows(connection, query))
        names = [column.name for column in mapping.columns]
        relation = staging.read_csv([path], names, written.longest_line, written.quote)
        with _of_csv(relation, mapping, written.longest_line, scratch) as side:
            yield side


@contextmanager
def _of_csv(relation: str, mapping: TableMapping, longest_line: int, scratch: Path) -> Iterator[Side]:
    with open_engine(scratch, 0) as engine:
        make_room(engine, longest_line)

        def fetch(query: str) -> Rows:
            cursor: duckdb.DuckDBPyConnection = engine.execute(query)
            while block := cursor.fetchmany(_BLOCK):
                yield from block

        yield Side("duckdb", mapping, relation, fetch, "value")


def _kept_rows(mapping: TableMapping) -> str:
    """The table, or its rows that are copied where some are not."""
    name = quote_mysql(mapping.name)
    return f"(SELECT * FROM {name} WHERE {mapping.kept_rows}) AS kept" if mapping.row_filter else name
