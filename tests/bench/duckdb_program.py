"""DuckDB's mysql and postgres extensions: every table of the source into the target's empty tables, nothing proved.

A program of its own, because these extensions exist for another version of DuckDB than the project's. What to copy
comes as JSON on standard input, the passwords with it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import duckdb


def main() -> None:
    """Copy what standard input says."""
    engine = duckdb.connect()
    packages = Path(duckdb.__file__).parents[1]
    for extension in sorted(packages.glob("duckdb_extension_*/extensions/*/*.duckdb_extension")):
        engine.execute(f"LOAD '{extension}'")
    # Postgres takes no NUL in text, which the whiteboards are full of: here they are lost.
    engine.execute("SET pg_null_byte_replacement = ''")
    for job in json.load(sys.stdin):
        _attach(engine, "mysql", job["source"])
        _attach(engine, "postgres", job["target"])
        for table, columns in job["tables"].items():
            names = ", ".join(map(_quoted, columns))
            engine.execute(
                f"INSERT INTO target.{_quoted(job['schema'])}.{_quoted(table)} ({names}) "
                f"SELECT {names} FROM source.{_quoted(job['source']['database'])}.{_quoted(table)}"
            )
        for name in ("source", "target"):
            engine.execute(f"DETACH {name}")


def _attach(engine: duckdb.DuckDBPyConnection, kind: str, where: dict[str, Any]) -> None:
    name = {"mysql": "source", "postgres": "target"}[kind]
    options = ", ".join(f"{key.upper()} {_literal(value)}" for key, value in where.items())
    engine.execute(f"CREATE OR REPLACE SECRET {name} (TYPE {kind}, {options})")
    engine.execute(f"ATTACH '' AS {name} (TYPE {kind}, SECRET {name})")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(value: object) -> str:
    return str(value) if isinstance(value, int) else "'" + str(value).replace("'", "''") + "'"


main()
