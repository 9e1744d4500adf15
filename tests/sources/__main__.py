"""`python -m tests.sources`: makes a system's schema in an empty database and fills it with seeded rows.

python -m tests.sources --url-env SOURCE_ALKEMIO_URL --system alkemio --seed 7 --profile sample
python -m tests.sources --url mysql://… --system kratos --seed 7 --scale 0.2
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from typing import Any
from urllib.parse import unquote, urlsplit

import pymysql
from pymysql.connections import Connection

from runner import systems
from runner.errors import UsageError
from tests.sources import generator, schema


def main(arguments: list[str]) -> int:
    """The exit code: 0 done, 2 wrong use."""
    options = _parser().parse_args(arguments)
    url = options.url or os.environ.get(options.url_env or "")
    if not url:
        print(f"the environment variable {options.url_env} is not set", file=sys.stderr)
        return 2
    try:
        system = systems.named(options.system)
        with _connect(url) as connection:
            _require_empty(connection)
            start = time.monotonic()
            schema.create(connection, system)
            rows = generator.fill(connection, system, seed=options.seed, scale=options.scale)
    except UsageError as error:
        print(error, file=sys.stderr)
        return 2
    seconds = time.monotonic() - start
    print(f"{system.name}: {sum(rows.values()):,} rows in {len(rows)} tables, {seconds:.1f} s")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.sources", description=__doc__.partition("\n")[0])
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--url", help="mysql://user:password@host:port/database")
    where.add_argument("--url-env", metavar="NAME", help="the environment variable that holds the URL")
    parser.add_argument("--system", required=True, help="alkemio or kratos")
    parser.add_argument("--seed", type=int, default=7)
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--profile", choices=["sample"], default="sample", help="a few hostile rows for each table")
    size.add_argument("--scale", type=float, help="size in proportion to production, 1.0 being 3.5 million rows")
    return parser


def _connect(url: str) -> Connection[Any]:
    parts = urlsplit(url)
    if parts.scheme != "mysql" or not parts.hostname:
        raise UsageError("the URL must be mysql://user:password@host:port/database")
    return pymysql.connect(
        host=parts.hostname,
        port=parts.port or 3306,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        database=unquote(parts.path.lstrip("/")),
        charset="utf8mb4",
    )


def _require_empty(connection: Connection[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("show tables")
        if cursor.fetchone() is not None:
            raise UsageError("the database already has tables; name an empty one")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
