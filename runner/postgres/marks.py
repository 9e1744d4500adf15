"""Whose rows a working schema holds: said in the schema's comment, so that nobody's are taken for another run's."""

from __future__ import annotations

from psycopg import sql

from runner.postgres import target


def write(connection: target.Connection, schema: str, mark: str) -> None:
    """Mark a schema."""
    connection.execute(sql.SQL("COMMENT ON SCHEMA {} IS {}").format(sql.Identifier(schema), sql.Literal(mark)))


def read(connection: target.Connection, schema: str) -> str:
    """A schema's mark; empty without a mark or without the schema."""
    query = sql.SQL("SELECT obj_description(to_regnamespace(quote_ident(%s))::oid, 'pg_namespace')")
    return target.fetch_value(connection, query, (schema,)) or ""
