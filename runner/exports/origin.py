"""Where one system's data comes from: a server, or an export made earlier, which is checked and adopted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from runner import manifest
from runner.errors import RefusalError, ViolationError
from runner.mapping import TableMapping
from runner.mysql.source import Server
from runner.run import Run, make_private
from runner.settings import Address
from runner.systems import System


@dataclass(frozen=True)
class Origin:
    """Where one system's data comes from: a server or an export folder."""

    system: System
    mappings: Mapping[str, TableMapping]
    skipped: Mapping[str, str]
    address: Address | None = None
    server: Server | None = None
    folder: Path | None = None


def adopt(run: Run, origin: Origin) -> manifest.Manifest:
    """Take over an export folder: every file is copied, and the copy compared with its manifest."""
    assert origin.folder
    name = origin.system.name
    found = manifest.read(origin.folder)
    if found.system != name:
        raise ViolationError(f"{origin.folder}: is an export of {found.system!r}, not of {name!r}; check the URL")
    _check_shape(origin, found)
    folder = run.export_folder(name)
    tables = tuple(table for table in found.tables if table.name in origin.mappings)
    for table in tables:
        make_private(folder / table.name)
        for file in table.files:
            manifest.take_over(origin.folder, file, folder / file.path)
    return found.model_copy(update={"tables": tables})


def _check_shape(origin: Origin, found: manifest.Manifest) -> None:
    exported = {table.name: table for table in found.tables}
    if len(exported) != len(found.tables):
        raise ViolationError(f"{origin.folder}: the manifest lists a table twice; make the export again")
    missing = sorted(set(origin.mappings) - set(exported))
    if missing:
        raise ViolationError(f"{origin.folder}: tables are missing from the export: {', '.join(missing[:10])}")
    unknown = sorted(set(exported) - set(origin.system.target_catalog.tables))
    if unknown:
        raise RefusalError(f"{origin.folder}: tables unknown to the baseline: {', '.join(unknown[:10])}")
    for name, mapping in origin.mappings.items():
        if exported[name].columns != tuple(column.name for column in mapping.columns):
            raise ViolationError(
                f"{origin.folder}: the columns of {name} are not the baseline's; make the export again"
            )
        for file in exported[name].files:
            if file.path.rpartition("/")[0] != name:
                raise ViolationError(f"{origin.folder}: {file.path} does not belong to table {name}")
