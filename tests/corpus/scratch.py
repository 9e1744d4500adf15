"""Scratch tables: made on a source by the test, exported and landed by the product's own code."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
from pydantic import SecretStr

from runner import manifest
from runner.catalog.names import quote_mysql
from runner.exports.chunks import Chunk
from runner.exports.tasks import ExportChunk
from runner.mapping import TableMapping
from runner.mysql import source
from runner.phases.stage import StageFile
from runner.postgres import landing, target
from runner.postgres.landing import Staged
from runner.settings import Address
from runner.workers import Context


def source_address(url: str) -> Address:
    """The address of a source server's database."""
    return source.address(SecretStr(url), "SOURCE_TOY_URL")


def target_address(url: str) -> Address:
    """The address of a target database."""
    return target.address(SecretStr(url), "TARGET_TOY_URL")


def psycopg_connection(where: Address, **options: Any) -> psycopg.Connection:
    """A session on a target as any program would open it, with none of the product's settings."""
    return psycopg.connect(
        host=where.host,
        port=where.port,
        user=where.user,
        password=where.password.get_secret_value(),
        dbname=where.database,
        **options,
    )


def create(cursor: Any, mapping: TableMapping) -> None:
    """Makes the mapping's table, empty, in the cursor's database; its first column is the key."""
    columns = ", ".join(f"{quote_mysql(one.name)} {one.source_type}" for one in mapping.columns)
    cursor.execute(f"drop table if exists {quote_mysql(mapping.name)}")
    cursor.execute(
        f"create table {quote_mysql(mapping.name)} ({columns}, primary key ({quote_mysql(mapping.columns[0].name)}))"
    )


def exported(where: Address, mappings: Sequence[TableMapping], folder: Path) -> dict[str, manifest.File]:
    """The tables as CSV files, each in one chunk; returns the manifest's entries by table."""
    with closing(source.connect(where)) as connection:
        context = Context(0, {f"source {mapping.system}": connection for mapping in mappings})
        return {
            mapping.name: ExportChunk(
                Chunk(mapping.system, mapping.name, 1, None, None, None, 0), mapping, where, folder
            )(context)
            for mapping in mappings
        }


def landed(
    where: Address, files: Iterable[tuple[TableMapping, manifest.File]], folder: Path, scratch: Path
) -> dict[str, Staged]:
    """The files staged and copied into an empty landing; returns what stage says by table."""
    given = list(files)
    landing.prepare(where, [mapping for mapping, _ in given], whole=True)
    context = Context(0)
    try:
        return {mapping.name: StageFile(mapping, file, folder, scratch, where)(context) for mapping, file in given}
    finally:
        context.close()
