"""What the application can see of a target: every object of schema public and every row, to compare over time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from tests.integration.deployment import connect_target

_OBJECTS = """
    select relname, relkind::text, oid from pg_class
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'S', 'v', 'i')
    order by relname
"""
_TABLE = "select count(*), md5(coalesce(string_agg(md5(one::text), '' order by md5(one::text)), '')) from {} as one"


@dataclass(frozen=True)
class Final:
    """Objects with their ids, rows of each table as count and hash, sequences as last value and whether it is used."""

    objects: tuple[tuple[str, str, int], ...]
    tables: dict[str, tuple[int, str]]
    sequences: dict[str, tuple[int, bool]]


def seen(url: str) -> Final:
    """What is there now."""
    with connect_target(url) as connection:
        objects = tuple(connection.execute(_OBJECTS).fetchall())
        tables = {name: _one(connection, _TABLE, name) for name, kind, _ in objects if kind == "r"}
        query = "select last_value, is_called from {}"
        sequences = {name: _one(connection, query, name) for name, kind, _ in objects if kind == "S"}
    return Final(objects, tables, sequences)


def _one(connection: psycopg.Connection, query: str, name: str) -> Any:
    return connection.execute(sql.SQL(query).format(sql.Identifier("public", name))).fetchone()
