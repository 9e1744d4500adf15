"""A wave that is loaded ahead and loses its connection: everything is loaded again, and nothing is loaded twice."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import psycopg

from runner import dbt, mapping, rules
from runner.phases import load
from runner.phases.load import Loader
from runner.postgres import build, target
from runner.run import Run
from runner.systems import BUILD, LANDING, named
from tests.integration.landed import ROWS, Landed
from tests.servers import Postgres

KRATOS = named("kratos")
# The session of the wave, which waits for the lock that the test holds.
WAITING = "select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"


def ended(connection: psycopg.Connection[tuple[object, ...]]) -> int:
    """Ends the sessions that wait, as soon as there are some; returns their number."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        if waiting := connection.execute(WAITING.encode()).fetchall():
            for row in waiting:
                connection.execute("select pg_terminate_backend(%s)", row)
            return len(waiting)
        time.sleep(0.02)
    return 0


def test_a_wave_that_lost_its_session_is_loaded_again(
    postgres18: Postgres, fresh_target: Callable[[Postgres], str], tmp_path: Path
) -> None:
    made = Landed(KRATOS, fresh_target(postgres18))
    mappings = mapping.of_system(KRATOS, rules.read())
    run = Run("0195", tmp_path)
    run.write_result("stage", "kratos", {"tables": {table: {"bytes": 1} for table in mappings}})
    where = target.address(made.url, "url")
    with (
        made.connection,
        psycopg.connect(made.url.get_secret_value()) as holder,
        dbt.Engine(KRATOS, made.url, artifacts=tmp_path / "dbt") as engine,
    ):
        loader = Loader(run, KRATOS, where, mappings, engine, 2)
        holder.execute(f"lock table {LANDING}.identities".encode())
        loader.landed("identities", load._BYTES)
        assert ended(made.connection) == 1
        holder.rollback()
        loader.finish()
        loader.close()
        counts = [made.rows(f'select count(*) from {BUILD}."{table}"') for table in mappings]
        assert counts == [[(ROWS,)]] * len(mappings)
        assert build.is_complete(where, "0195")
        (keys,) = made.rows(f"select count(*) from pg_constraint where connamespace = '{BUILD}'::regnamespace")
        assert keys > (len(KRATOS.target_catalog.tables),)
