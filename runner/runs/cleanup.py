"""Removes what runs leave behind: exports and staged data on disk, retired and half-done schemas on targets."""

from __future__ import annotations

import shutil
from pathlib import Path

from psycopg import sql

from runner import manifest
from runner.postgres import publication, target
from runner.run import Run
from runner.settings import Address
from runner.systems import BUILD, FAILURES, LANDING, RECONCILIATION

_ROWS = ("export", "scratch", "staging.duckdb")


def exported_bytes(run: Run) -> int:
    """How many bytes of CSV files a run has left."""
    return sum(path.stat().st_size for path in (run.folder / "export").glob("*/*/*.csv"))


def remove_exports(run: Run) -> list[Path]:
    """Delete everything of a run that holds rows; manifests, results, log and report stay. Returns what went."""
    removed = []
    for path in sorted((run.folder / "export").glob(f"*/{manifest.NAME}")):
        path.replace(manifest.kept_path(run, path.parent.name))
    for name in _ROWS:
        path = run.folder / name
        if path.is_dir():
            shutil.rmtree(path)
            removed.append(path)
        elif path.exists():
            path.unlink()
            removed.append(path)
    return removed


def drop_schemas(where: Address, *, retired: bool) -> list[str]:
    """Drop this tool's working schemas on a target, and with `retired` what publishes moved out of the way.

    After that there is no rollback. Returns the names of the schemas that were dropped.
    """
    with target.connect(where, autocommit=False) as connection, target.explained(where, "cleaning"):
        names = [LANDING, BUILD, FAILURES, RECONCILIATION]
        if retired:
            names += [row[0] for row in target.fetch_all(connection, target.statement("retired_schemas"))]
        present = [name for name in names if publication.schema_exists(connection, name)]
        for name in present:
            connection.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(sql.Identifier(name)))
    return present
