"""What a source server has counted of writes, to compare over time: statements, rows, and its binary log."""

from __future__ import annotations

from tests.servers import SourceServer

_STATEMENTS = (
    "insert",
    "update",
    "delete",
    "replace",
    "load",
    "truncate",
    "create",
    "drop",
    "alter",
    "rename",
    "grant",
    "revoke",
    "call",
    "optimize",
    "analyze",
    "repair",
)
# Of rows in tables that stay. A server also counts what it writes into temporary tables of its own to answer a query:
# MySQL in Handler_write, MariaDB in Handler_tmp_write.
_ROWS = {
    "mysql": ("Innodb_rows_inserted", "Innodb_rows_updated", "Innodb_rows_deleted", "Handler_delete", "Handler_update"),
    "mariadb": ("Handler_write", "Handler_update", "Handler_delete"),
}
_POSITION = {"mysql": "show binary log status", "mariadb": "show master status"}


def counted(server: SourceServer) -> dict[str, object]:
    """The counters of everything that writes, by name, and the position of the binary log."""
    with server.connect() as connection, connection.cursor() as cursor:
        cursor.execute("show global status")
        status = {str(name): int(number) for name, number in cursor.fetchall() if str(number).isdecimal()}
        cursor.execute(_POSITION[server.kind])
        position = cursor.fetchall()
    statements = {f"Com_{verb}" for verb in _STATEMENTS}
    commands = {name: number for name, number in status.items() if name.startswith(tuple(statements))}
    assert {"Com_insert", "Com_update", "Com_delete", "Com_create_table", "Com_truncate"} <= commands.keys()
    return {**commands, **{name: status[name] for name in _ROWS[server.kind]}, "binary log": position}
