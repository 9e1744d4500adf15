"""What no migration can go below: sending the rows, copying them, building keys and proving references.

The floors are CPU seconds; divided by the cores they are the shortest time that perfect overlap could reach.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from psycopg import sql

from runner import mapping, rules
from runner.catalog.names import quote_mysql
from runner.exports import csvfile
from runner.mapping import TableMapping
from runner.mysql import source
from runner.postgres import build, target
from runner.run import Run
from runner.settings import Address
from runner.systems import BUILD, FINAL, named
from tests.bench.drain import drain
from tests.bench.meter import Reading
from tests.bench.place import Place, target_address

_BLOCK = 1 << 20


@dataclass(frozen=True)
class Files:
    """The CSV files of one system, by table, in the target's form, and their size."""

    tables: Mapping[str, tuple[Path, ...]]

    @property
    def sizes(self) -> dict[str, int]:
        """Bytes of each table."""
        return {table: sum(path.stat().st_size for path in paths) for table, paths in self.tables.items()}


def files_of(run: Run, system: str, published: str, folder: Path) -> Files:
    """The files that a run exported, those of tables that rules change written anew from what it published."""
    export = run.export_folder(system)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found: dict[str, tuple[Path, ...]] = {}
    for name, table in _tables(system).items():
        if table.transformed:
            found[name] = (_written(published, table, folder / f"{system}.{name}.csv"),)
        else:
            found[name] = tuple(sorted((export / name).glob("*.csv")))
    return Files(found)


def _written(published: str, table: TableMapping, path: Path) -> Path:
    statement = sql.SQL("COPY (SELECT {} FROM {}) TO STDOUT (FORMAT csv, QUOTE {})").format(
        _columns(table), sql.Identifier(FINAL, table.name), csvfile.quote(table.columns)
    )
    with (
        target.connect(target_address(published)) as connection,
        connection.cursor().copy(statement) as rows,
        path.open("wb") as file,
    ):
        file.writelines(rows)
    return path


def read(place: Place) -> Reading:
    """The source sends every row that is to be copied, and they are dropped."""
    with place.meter.here() as reading:
        for system in place.urls:
            connection = source.connect(place.address(system))
            try:
                for table in _tables(system).values():
                    columns = ", ".join(quote_mysql(column.name) for column in table.columns)
                    drain(connection, f"SELECT {columns} FROM {quote_mysql(table.name)}")
            finally:
                connection.close()
    return reading


def copy(place: Place, targets: Mapping[str, str], files: Mapping[str, Files]) -> Reading:
    """The CSV files into the baseline's empty tables."""
    prepare(targets)
    with place.meter.here() as reading:
        for system, url in targets.items():
            with target.connect(target_address(url)) as connection:
                connection.execute(target.statement("prefer_lz4"))
                for name, table in _tables(system).items():
                    _copy(connection, table, files[system].tables[name])
    return reading


def post_data(place: Place, targets: Mapping[str, str], sizes: Mapping[str, Mapping[str, int]]) -> Reading:
    """Every key, index, check and foreign key of the baseline on the filled tables."""
    with place.meter.here() as reading:
        for system, url in targets.items():
            every = dict.fromkeys(named(system).target_catalog.tables, 0) | dict(sizes[system])
            for add in (build.add_keys, build.add_foreign_keys):
                add(named(system), target_address(url), every, place.jobs)
    return reading


def prepare(targets: Mapping[str, str]) -> None:
    """The baseline's empty tables in each target."""
    for system, url in targets.items():
        build.prepare(named(system), target_address(url))


def count(targets: Mapping[str, str], schema: str = BUILD) -> int:
    """The rows of all tables that are copied."""
    return sum(_count(target_address(url), _tables(system), schema) for system, url in targets.items())


def _count(where: Address, tables: Iterable[str], schema: str) -> int:
    query = sql.SQL("SELECT count(*) FROM {}")
    with target.connect(where) as connection:
        return sum(target.fetch_value(connection, query.format(sql.Identifier(schema, name))) for name in tables)


def _copy(connection: target.Connection, table: TableMapping, paths: Iterable[Path]) -> None:
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv, QUOTE {})").format(
        sql.Identifier(BUILD, table.name), _columns(table), csvfile.quote(table.columns)
    )
    for path in paths:
        with connection.cursor().copy(statement) as copied:
            for block in _blocks(path):
                copied.write(block)


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            yield block


def _columns(table: TableMapping) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(column.name) for column in table.columns)


def _tables(system: str) -> dict[str, TableMapping]:
    return mapping.of_system(named(system), rules.read())
