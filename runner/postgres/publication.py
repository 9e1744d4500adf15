"""What a target remembers of publishes: which run's is in force, and where the tables it moved out wait."""

from __future__ import annotations

from dataclasses import dataclass

from psycopg import sql

from runner.postgres import target
from runner.settings import Address

RECORD = "convergence_record"


@dataclass(frozen=True, slots=True)
class Publication:
    """A publish that is in force, as the target remembers it."""

    run_id: str
    retired: str
    kept: tuple[str, ...]


def retired_schema(run_id: str) -> str:
    """The schema that keeps what a run's publish moved out."""
    return f"convergence_retired_{run_id.replace('-', '_')}"


def is_published(where: Address, run_id: str) -> bool:
    """Whether that run's publish is the one in force on a target."""
    with target.connect(where) as connection, target.explained(where, "reading the record of publishes"):
        current = current_publication(connection)
    return current is not None and current.run_id == run_id


def current_publication(connection: target.Connection) -> Publication | None:
    """The latest publish on this target that was not rolled back."""
    if not schema_exists(connection, RECORD):
        return None
    rows = target.fetch_all(connection, target.statement("current_publication"))
    return Publication(rows[0][0], rows[0][1], tuple(rows[0][2])) if rows else None


def schema_exists(connection: target.Connection, schema: str) -> bool:
    """Whether a target has that schema."""
    query = sql.SQL("SELECT to_regnamespace(quote_ident(%s)) IS NOT NULL")
    return bool(target.fetch_value(connection, query, (schema,)))
