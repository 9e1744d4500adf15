"""Two others that move the same rows: DuckDB's mysql and postgres extensions, and pgloader. Neither proves anything.

DuckDB's target gets its keys and constraints as this project's does; pgloader moves rows alone.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from runner import mapping, rules
from runner.errors import ViolationError
from runner.settings import Address
from runner.systems import BUILD, ROOT, named
from tests.bench import floors
from tests.bench.meter import Reading
from tests.bench.place import Place, target_address
from tests.servers.places import SANDBOX

DUCKDB = SANDBOX / "duckdb"
DUCKDB_VERSION = "1.5.5"  # the newest that both extensions are published for
DUCKDB_PACKAGES = ("duckdb", "duckdb-extension-mysql-scanner", "duckdb-extension-postgres-scanner")
_PROGRAM = Path(__file__).with_name("duckdb_program.py")

# MariaDB numbers its newer collations beyond what pgloader knows: the rows are asked for in one that it does. With more
# rows in its queue it runs out of its gigabyte of heap on these data.
_LOAD = """\
LOAD DATABASE FROM {source} INTO {target}
 WITH data only, no truncate, reset no sequences, quote identifiers,
      workers = {jobs}, concurrency = 1, prefetch rows = 200
 SET MySQL PARAMETERS character_set_results = 'utf8mb4'
 CAST type tinyint to boolean using tinyint-to-boolean
 INCLUDING ONLY TABLE NAMES MATCHING {tables}
 ALTER SCHEMA '{database}' RENAME TO '{schema}';
"""


def duckdb_absent() -> str:
    """Why DuckDB's extensions cannot run here, or nothing."""
    found = list(DUCKDB.glob("duckdb_extension_*/extensions/*/*.duckdb_extension"))
    packages = " ".join(f"{name}=={DUCKDB_VERSION}" for name in DUCKDB_PACKAGES)
    command = f"{sys.executable} -m pip install --no-deps --target {DUCKDB} {packages}"
    return "" if len(found) == len(DUCKDB_PACKAGES) - 1 else f"not installed: {command}"


def pgloader_absent() -> str:
    """Why pgloader cannot run here, or nothing."""
    return "" if shutil.which("pgloader") else "not installed: apt-get install pgloader"


def duckdb(place: Place, targets: Mapping[str, str], sizes: Mapping[str, Mapping[str, int]]) -> Reading:
    """Copy with DuckDB, then add the keys and constraints; ViolationError when it stops."""
    floors.prepare(targets)
    jobs = [
        {
            "source": _parts(place.address(system)),
            "target": _parts(target_address(url)),
            "schema": BUILD,
            "tables": {name: [one.name for one in table.columns] for name, table in _tables(system).items()},
        }
        for system, url in targets.items()
    ]
    log = place.folder / "duckdb.log"
    copied = place.meter.command(
        [sys.executable, _PROGRAM],
        environment={**os.environ, "PYTHONPATH": str(DUCKDB)},
        folder=ROOT,
        log=log,
        given=json.dumps(jobs).encode(),
    )
    _require(copied, "DuckDB", log)
    return copied + floors.post_data(place, targets, sizes)


def pgloader(place: Place, targets: Mapping[str, str]) -> Reading:
    """Copy with pgloader, rows alone; ViolationError when it stops."""
    floors.prepare(targets)
    script, log = place.folder / "pgloader.load", place.folder / "pgloader.log"
    script.touch(mode=0o600)
    script.write_text("".join(_load(place, system, url) for system, url in targets.items()))
    try:
        copied = place.meter.command(
            ["pgloader", "--root-dir", place.folder, script], environment=os.environ, folder=place.folder, log=log
        )
    finally:
        script.unlink()  # it holds passwords
    _require(copied, "pgloader", log)
    return copied


def _load(place: Place, system: str, url: str) -> str:
    return _LOAD.format(
        source=place.urls[system],
        target=url,
        jobs=place.jobs,
        tables=", ".join(f"'{name}'" for name in _tables(system)),
        database=place.address(system).database,
        schema=BUILD,
    )


def _parts(where: Address) -> dict[str, object]:
    return {
        "host": where.host,
        "port": where.port,
        "database": where.database,
        "user": where.user,
        "password": where.password.get_secret_value(),
    }


def _require(reading: Reading, name: str, log: Path) -> None:
    if reading.code:
        raise ViolationError(f"{name} ended with exit code {reading.code}: see {log}")


def _tables(system: str) -> dict[str, mapping.TableMapping]:
    return mapping.of_system(named(system), rules.read())
