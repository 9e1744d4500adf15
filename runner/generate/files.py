"""The files that follow from a system's catalogs and rules: baseline SQL, diagrams, dbt sources, models and their yml.

They are committed, so that a reader and dbt see plain files. Whoever wants one changed changes what it
follows from: a catalog, a rule, a sentence in `baseline/<system>/descriptions.toml`, or a domain in `domains.toml`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from runner import mapping, rules
from runner.catalog import descriptions, domains
from runner.catalog.descriptions import Descriptions
from runner.catalog.model import Table
from runner.catalog.names import quoted
from runner.generate import data_tests
from runner.generate.pages import Expression, literal, page, stale, write_all
from runner.mapping import ColumnMapping, TableMapping
from runner.pages import diagram
from runner.postgres import baseline
from runner.systems import ROOT, System, all_systems

PROFILES = ROOT / "profiles" / "profiles.yml"


def generate(system: System) -> dict[Path, str]:
    """Every generated file of a system with its text; UsageError when a catalog and the rules disagree."""
    catalog = system.target_catalog
    mappings = mapping.of_system(system, rules.read())
    sentences = descriptions.read(system.baseline_folder, catalog)
    files = {
        system.baseline_folder / "pre_data.sql": baseline.pre_data(catalog),
        system.baseline_folder / "post_data.sql": baseline.post_data(catalog),
        system.model_folder / "_sources.yml": page("sources.yml.j2", _sources(system, mappings, sentences)),
        PROFILES: page("profiles.yml.j2", {"systems": all_systems()}),
    }
    if sentences.exposure:
        references = [Expression(f"ref({literal(name)})") for name in mappings]
        exposure = {"exposure": sentences.exposure, "tables": references}
        files[system.model_folder / "_exposure.yml"] = page("exposure.yml.j2", exposure)
    for domain in domains.read(system.baseline_folder, catalog):
        files[diagram.path(system, domain)] = diagram.draw(catalog, domain)
    for name, table in mappings.items():
        properties = _properties(system, table, sentences)
        files[system.model_folder / f"{name}.sql"] = page("model.sql.j2", {"system": system.name, "table": table})
        files[system.model_folder / f"{name}.yml"] = page("model.yml.j2", properties)
    return files


def write(system: System) -> list[Path]:
    """Bring the files of a system up to date, remove orphans; the paths that changed."""
    files = generate(system)
    orphans = _orphans(system, files)
    for path in orphans:
        path.unlink()
    return sorted([*write_all(files), *orphans])


def drift(system: System) -> list[Path]:
    """The files of a system that are missing, differ from what would be generated, or follow from nothing."""
    files = generate(system)
    return sorted([*stale(files), *_orphans(system, files)])


def _orphans(system: System, files: dict[Path, str]) -> list[Path]:
    generated = (*system.model_folder.glob("*"), *diagram.folder(system).glob("*"))
    return [path for path in generated if path.suffix in {".sql", ".yml", ".svg"} and path not in files]


def _sources(system: System, mappings: dict[str, TableMapping], sentences: Descriptions) -> dict[str, Any]:
    tables = system.target_catalog.tables
    return {
        "system": system.name,
        "description": f"Rows of {system.name} as they left MySQL: types of the baseline, no constraints.",
        "tables": [
            {
                "name": name,
                "description": sentences.of_table(name),
                "columns": [_column(tables[name], column, sentences) for column in table.columns],
            }
            for name, table in mappings.items()
        ],
    }


def _properties(system: System, mapped: TableMapping, sentences: Descriptions) -> dict[str, Any]:
    table = system.target_catalog.tables[mapped.name]
    return {
        "system": system.name,
        "table": table,
        "unit_test": data_tests.of_labels(mapped),
        "input": Expression(f"source('{system.name}_landing', {literal(table.name)})"),
        "description": sentences.of_table(table.name),
        "key": list(mapped.key),
        "constraints": data_tests.constraint_names(table),
        "row_filter": mapped.row_filter.reason if mapped.row_filter else "",
        "tests": data_tests.of_table(table),
        "columns": [
            {
                **_column(table, column, sentences),
                "tests": data_tests.of_column(table, mapped, column.name),
            }
            for column in mapped.columns
        ],
    }


def _column(table: Table, column: ColumnMapping, sentences: Descriptions) -> dict[str, Any]:
    meta = {"mysql_type": column.source_type, "postgres_type": column.target_type, "rule": column.rule}
    if column.override:
        meta["override"] = column.override.rule
    if sentences.reference(table.name, column.name):
        meta["refers_to"] = sentences.reference(table.name, column.name)
    return {
        "name": column.name,
        "quote": quoted(column.name) != column.name,
        "description": sentences.of_column(table, column.name),
        "postgres_type": column.target_type,
        "landing_type": column.landing_type,
        "meta": meta,
    }
