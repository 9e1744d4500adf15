"""Reads the catalog of a live server and prints the document for `baseline/<system>/`.

    python -m runner.catalog mysql > baseline/shop/mysql.json
    python -m runner.catalog postgres > baseline/shop/postgres.json

The server's URL is read from standard input, since arguments are seen by everybody on the machine.
"""

from __future__ import annotations

import sys

from pydantic import SecretStr

from runner.catalog import document, model
from runner.errors import ConvergenceError, UsageError
from runner.mysql import catalog as of_mysql
from runner.mysql import source
from runner.postgres import catalog as of_postgres
from runner.postgres import target
from runner.systems import FINAL


def main(arguments: list[str]) -> str:
    """The document of the server whose URL stands on standard input; ConvergenceError when it has none."""
    if arguments not in (["mysql"], ["postgres"]):
        raise UsageError("say which catalog to read: python -m runner.catalog mysql, or postgres")
    print("URL of the server:", file=sys.stderr)
    url = SecretStr(sys.stdin.readline().strip())
    return document.text(_of_mysql(url) if arguments == ["mysql"] else _of_postgres(url))


def _of_mysql(url: SecretStr) -> model.Catalog:
    where = source.address(url, "the URL")
    with source.connect(where) as connection:
        return of_mysql.read_catalog(connection, where.database)


def _of_postgres(url: SecretStr) -> model.Catalog:
    with target.connect(target.address(url, "the URL")) as connection:
        return of_postgres.read_catalog(connection, FINAL)


if __name__ == "__main__":
    try:
        sys.stdout.write(main(sys.argv[1:]))
    except ConvergenceError as error:
        print(error, file=sys.stderr)
        sys.exit(error.exit_code)
