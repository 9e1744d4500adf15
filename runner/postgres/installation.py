"""A new installation: the baseline in `public` of an empty database, without any source.

All of it appears in one transaction, or nothing does, and only when the catalog that Postgres then shows is the
baseline's. A database that has it already is left as it is.
"""

from __future__ import annotations

from psycopg import sql

from runner.catalog import differences
from runner.errors import RefusalError, ViolationError
from runner.postgres import baseline, target
from runner.postgres.catalog import read_catalog
from runner.settings import Address
from runner.systems import FINAL, System


def install(system: System, where: Address) -> bool:
    """Make the baseline in `public`; whether there was anything to do.

    RefusalError when `public` holds tables that are not the baseline's.
    """
    with target.connect(where, autocommit=False) as connection, target.explained(where, "making the baseline"):
        drift = _drift(system, connection)
        if not drift:
            return False
        if tables := sorted(read_catalog(connection, FINAL).tables):
            raise RefusalError(
                f"target {where}: public is neither empty nor the {system.name} baseline "
                f"({len(tables)} tables, first difference: {drift[0]}); name an empty database"
            )
        create_extensions(connection, system)
        connection.execute(sql.SQL("SET LOCAL search_path TO {}").format(sql.Identifier(FINAL)))
        connection.execute(target.statement("prefer_lz4"))
        for name in ("pre_data.sql", "post_data.sql"):
            for statement in baseline.statements((system.baseline_folder / name).read_text(encoding="utf-8")):
                connection.execute(target.trusted(statement.sql))
        if drift := _drift(system, connection):
            raise ViolationError(
                f"target {where}: what was made differs from the {system.name} baseline in {len(drift)} places, "
                f"first: {drift[0]}; nothing was kept, run `./inv generate --check`"
            )
    return True


def create_extensions(connection: target.Connection, system: System) -> None:
    """Extensions the application expects, where the server offers them and the role may create them."""
    for name in system.target_catalog.extensions:
        if target.fetch_value(connection, target.statement("extension_offered"), (name,)):
            connection.execute(
                sql.SQL("CREATE EXTENSION IF NOT EXISTS {} SCHEMA {}").format(
                    sql.Identifier(name), sql.Identifier(FINAL)
                )
            )


def _drift(system: System, connection: target.Connection) -> list[differences.Difference]:
    return differences.target_differences(system.target_catalog, read_catalog(connection, FINAL))
