"""Phase load: landed rows become the complete new database in schema build.

The baseline makes empty tables, dbt's models fill them from landing, Postgres validates every constraint
of the baseline on the filled tables, sequences continue after the largest value.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import asdict

from runner import dbt, log, mapping, rules
from runner.errors import UsageError
from runner.mapping import TableMapping
from runner.postgres import build, fk_indexes
from runner.run import Run
from runner.settings import Address
from runner.stretch import Stretch
from runner.systems import BUILD, System

PHASE = "load"


def load(
    run: Run,
    system: System,
    where: Address,
    mappings: Mapping[str, TableMapping],
    engine: dbt.Engine,
    jobs: int,
    *,
    with_fk_indexes: bool = False,
) -> None:
    """Fill and constrain build for one system; ConvergenceError names what stopped it.

    When `mappings` is not all that the system has, only those tables are filled, and no constraint is added:
    references would point to rows that are not there. Such a build can be looked at, not published. `with_fk_indexes`
    adds the indexes that foreign keys lack in the baseline.
    """
    logger = log.bound(phase=PHASE, system=system.name)
    staged = run.read_result("stage", system.name)["tables"]
    sizes = {table: int(result["bytes"]) for table, result in staged.items()}
    unstaged = set(mappings) - set(staged)
    if unstaged:
        raise UsageError(f"run {run.run_id} staged no {system.name}.{min(unstaged)}: add --table, or stage it first")
    whole = set(mappings) == set(mapping.of_system(system, rules.read()))
    seconds: dict[str, float] = {}
    started = time.monotonic()

    def lap(name: str) -> None:
        nonlocal started
        seconds[name], started = round(time.monotonic() - started, 3), time.monotonic()
        logger.info("step", outcome=name, seconds=seconds[name])

    # What was proved of an earlier build says nothing of this one.
    run.drop_result("verify", system.name)
    build.prepare(system, where)
    lap("pre_data")
    models = engine.run(BUILD, None if whole else sorted(mappings))
    lap("models")
    constraints: list[Stretch] = []
    if whole:
        missing = fk_indexes.missing(system.target_catalog) if with_fk_indexes else []
        constraints = build.constrain(system, where, sizes, jobs, [one.statement for one in missing])
        lap("post_data")
    sequences = build.set_sequences(system, where)
    build.analyze(where, mappings, jobs)
    lap("analyze")
    run.write_result(
        PHASE,
        system.name,
        {
            "tables": {one.table: {"started_at": one.started_at, "seconds": one.seconds} for one in models},
            "constraints": [asdict(one) for one in constraints],
            "sequences": sequences,
            "steps": seconds,
            "complete": whole,
            "fk_indexes": with_fk_indexes,
        },
    )
    if whole:
        build.complete(where, run.run_id)
