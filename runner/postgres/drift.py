"""Drift: what a schema of the target has other than its baseline."""

from __future__ import annotations

from runner.catalog import differences
from runner.postgres import fk_indexes, target
from runner.postgres.catalog import read_catalog
from runner.settings import Address
from runner.systems import System


def find(system: System, where: Address, schema: str, *, with_fk_indexes: bool) -> list[differences.Difference]:
    """What the schema's catalog has other than the baseline, which `with_fk_indexes` has further indexes."""
    catalog = system.target_catalog
    wanted = fk_indexes.completed(catalog) if with_fk_indexes else catalog
    with target.connect(where) as connection, target.explained(where, "reading the catalog"):
        return differences.target_differences(wanted, read_catalog(connection, schema))
