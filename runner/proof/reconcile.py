"""Reconciliation across systems: which rows of one have no counterpart in another.

Two systems are two databases, and nobody may carry the addresses that connect their rows from one to the
other. So each system's dbt models make digests of them, the digests are copied into the landing schema of
the others, and their models compare. Which models those are is dbt's matter: their tags say it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from psycopg import sql

from runner import dbt
from runner.dbt import NodeResult
from runner.postgres import target
from runner.settings import Address
from runner.systems import BUILD, LANDING, RECONCILIATION

RESULT = "reconciliation"
"""The name under which a run keeps what was found."""
_COUNTERPARTS = sql.Identifier(LANDING, "counterpart_emails")
_DIGESTS = sql.Identifier(RECONCILIATION, "email_digests")


def reconcile(
    engines: Mapping[str, dbt.Engine], targets: Mapping[str, Address], schema: str = BUILD
) -> dict[str, list[NodeResult]]:
    """Compare all systems with each other; the results of each system's tests, status `warn` for a finding.

    The rows found are in schema `convergence_reconciliation` of the system's target, as keys. Errors are those
    of `dbt.Engine.invoke` and of connecting.
    """
    for engine in engines.values():
        engine.invoke(["run", "--select", "tag:counterpart"], schema)
    for name, where in targets.items():
        _land(where, {other: address for other, address in targets.items() if other != name})
    for engine in engines.values():
        engine.invoke(["run", "--select", "tag:cross_system"], schema)
    return {name: engine.invoke(["test", "--select", "tag:cross_system"], schema) for name, engine in engines.items()}


def counts(results: Sequence[NodeResult]) -> dict[str, int]:
    """The rows that each model found; the most where several tests looked at one."""
    found: dict[str, int] = {}
    for one in results:
        if one.table:
            found[one.table] = max(found.get(one.table, 0), one.failures or 0)
    return found


def _land(where: Address, others: Mapping[str, Address]) -> None:
    """Make the table of counterparts in one target and copy the digests of the other systems into it."""
    doing = "landing digests of other systems"
    with target.connect(where) as connection, target.explained(where, doing), connection.transaction():
        connection.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(LANDING)))
        connection.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(_COUNTERPARTS))
        connection.execute(sql.SQL("CREATE TABLE {} (system text, email_digest text)").format(_COUNTERPARTS))
        for name, address in others.items():
            _copy(connection, name, address)


def _copy(connection: target.Connection, system: str, source: Address) -> None:
    with target.connect(source) as other, target.explained(source, "reading digests"):
        digests = sql.SQL("COPY (SELECT {}, email_digest FROM {} WHERE email_digest IS NOT NULL) TO STDOUT")
        landing = sql.SQL("COPY {} FROM STDIN").format(_COUNTERPARTS)
        with (
            other.cursor().copy(digests.format(sql.Literal(system), _DIGESTS)) as reading,
            connection.cursor().copy(landing) as writing,
        ):
            for block in reading:
                writing.write(block)
