"""Hostile defaults: what an administrator may have set for every session, and what a role of Postgres brings along."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from psycopg import sql

from tests.servers.source import SourceServer
from tests.servers.target import Postgres

_MODES = (
    "PAD_CHAR_TO_FULL_LENGTH,ANSI_QUOTES,NO_BACKSLASH_ESCAPES,PIPES_AS_CONCAT,IGNORE_SPACE,HIGH_NOT_PRECEDENCE,"
    "ONLY_FULL_GROUP_BY,STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO"
)
_OF_BOTH: Mapping[str, str | int] = {
    "time_zone": "+05:30",
    "completion_type": "RELEASE",
    "sql_auto_is_null": 1,
    "sql_select_limit": 2,
    "sql_big_selects": 0,
    "max_join_size": 3,
    "max_sort_length": 64,
    "net_read_timeout": 1,
    "net_write_timeout": 1,
    "wait_timeout": 1,
}
SOURCE: Mapping[str, Mapping[str, str | int]] = {
    "mysql": {**_OF_BOTH, "sql_mode": f"{_MODES},TIME_TRUNCATE_FRACTIONAL", "max_execution_time": 100},
    "mariadb": {
        **_OF_BOTH,
        "sql_mode": f"{_MODES},EMPTY_STRING_IS_NULL,TIME_ROUND_FRACTIONAL",
        "max_statement_time": "0.1",
        "default_regex_flags": "EXTENDED,UNGREEDY",
        "idle_transaction_timeout": 1,
        "idle_readonly_transaction_timeout": 1,
    },
}
TARGET: Mapping[str, str] = {
    "client_encoding": "LATIN1",
    "timezone": "Asia/Kolkata",
    "datestyle": "German",
    "intervalstyle": "sql_standard",
    "bytea_output": "escape",
    "standard_conforming_strings": "off",
    "backslash_quote": "off",
    "quote_all_identifiers": "on",
    "default_transaction_read_only": "on",
    "default_transaction_isolation": "serializable",
    "statement_timeout": "50ms",
    "idle_in_transaction_session_timeout": "500ms",
    "idle_session_timeout": "500ms",
}


@contextmanager
def of_source(server: SourceServer) -> Iterator[None]:
    """Every session that begins inside has these defaults; those of before come back."""
    with server.connect() as connection, connection.cursor() as cursor:
        cursor.execute("set session wait_timeout = 3600")
        before: dict[str, str | int] = {}
        for name in SOURCE[server.kind]:
            cursor.execute(f"select @@global.{name}")
            (before[name],) = cursor.fetchone() or ("",)
        try:
            for name, value in SOURCE[server.kind].items():
                cursor.execute(f"set global {name} = {_spelled(name, value)}")
            yield
        finally:
            for name, value in before.items():
                cursor.execute(f"set global {name} = {_spelled(name, value)}")


def _spelled(name: str, value: str | int) -> str:
    return f"'{value}'" if isinstance(value, str) and name != "max_statement_time" else str(value)


def of_role(server: Postgres, name: str) -> None:
    """Sessions of this role begin with these defaults from now on."""
    with server.connect() as connection:
        for setting, value in TARGET.items():
            connection.execute(
                sql.SQL("alter role {} set {} = {}").format(
                    sql.Identifier(name), sql.Identifier(setting), sql.Literal(value)
                )
            )
