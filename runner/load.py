"""Phase load: landed rows become the complete new database in schema build.

The baseline makes empty tables, dbt's models fill them from landing, Postgres validates every constraint
of the baseline on the filled tables, sequences continue after the largest value.
"""

from __future__ import annotations

import time
from collections.abc import Mapping

from runner import build, dbt, log
from runner.mapping import TableMapping
from runner.run import Run
from runner.settings import Address
from runner.systems import BUILD, System

PHASE = "load"


def load(
    run: Run,
    system: System,
    where: Address,
    mappings: Mapping[str, TableMapping],
    engine: dbt.Engine,
    jobs: int,
) -> None:
    """Fill and constrain build for one system; ConvergenceError names what stopped it."""
    logger = log.bound(phase=PHASE, system=system.name)
    staged = run.read_result("stage", system.name)["tables"]
    sizes = {table: int(result["bytes"]) for table, result in staged.items()}
    whole = set(mappings) == set(staged)
    seconds: dict[str, float] = {}
    started = time.monotonic()

    def lap(name: str) -> None:
        nonlocal started
        seconds[name], started = round(time.monotonic() - started, 3), time.monotonic()
        logger.info(name, outcome="done", seconds=seconds[name])

    build.prepare(system, where)
    lap("pre_data")
    models = engine.run(BUILD, None if whole else sorted(mappings))
    lap("models")
    build.constrain(system, where, sizes, jobs)
    lap("post_data")
    sequences = build.set_sequences(system, where)
    build.analyze(where, mappings, jobs)
    lap("analyze")
    run.write_result(
        PHASE,
        system.name,
        {
            "tables": {model.table: {"seconds": model.seconds} for model in models},
            "sequences": sequences,
            "steps": seconds,
            "complete": whole,
        },
    )
