"""Whether a target's `public` may be replaced: nothing in it, an untouched baseline, or our own publish."""

from __future__ import annotations

from psycopg import sql

from runner.catalog import differences
from runner.errors import RefusalError
from runner.postgres import target
from runner.postgres.catalog import read_catalog
from runner.postgres.publication import current_publication
from runner.settings import Address
from runner.systems import FINAL, System


def require(system: System, where: Address, kept: frozenset[str], *, replace: bool) -> str:
    """What `public` is, in words for the log; RefusalError when it must not be replaced.

    `kept` names the tables that keep the target's rows: they may hold any. `replace` allows a former publish.
    """
    with target.connect(where) as connection, target.explained(where, "looking at public"):
        catalog = read_catalog(connection, FINAL)
        if not catalog.tables:
            return "empty"
        publication = current_publication(connection)
        if publication:
            if replace:
                return f"published by run {publication.run_id}"
            raise RefusalError(
                f"target {where}: public was published by run {publication.run_id}; "
                "add --replace to publish over it, or ./inv rollback to undo it"
            )
        drift = differences.target_differences(system.target_catalog, catalog)
        if drift:
            raise RefusalError(
                f"target {where}: public is neither empty nor the {system.name} baseline "
                f"({len(drift)} differences, first: {drift[0]}); name an empty database"
            )
        filled = {table: rows for table in catalog.tables if table not in kept and (rows := _rows(connection, table))}
    most_rows, most_tables = system.seed_limits
    if sum(filled.values()) > most_rows or len(filled) > most_tables:
        largest = max(filled, key=lambda table: filled[table])
        raise RefusalError(
            f"target {where}: public holds {sum(filled.values())} or more rows "
            f"in {len(filled)} tables (most in {largest}), a fresh {system.name} baseline at most "
            f"{most_rows} in {most_tables}; name an empty database"
        )
    return f"the untouched baseline with {sum(filled.values())} seed rows"


def _rows(connection: target.Connection, table: str) -> int:
    query = sql.SQL("SELECT count(*) FROM (SELECT FROM {} LIMIT 1000) AS sample").format(sql.Identifier(FINAL, table))
    return int(target.fetch_value(connection, query))
