"""The files that follow from a system's catalogs and rules: baseline SQL, dbt sources, models and their yml.

They are committed, so that a reader and dbt see plain files. Whoever wants one changed changes what it
follows from: a catalog, a rule, or a sentence in `baseline/<system>/descriptions.toml`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from runner import baseline, mapping, rules
from runner.catalog.model import Table
from runner.catalog.names import quoted
from runner.generate import data_tests, descriptions
from runner.generate.descriptions import Descriptions
from runner.mapping import ColumnMapping, TableMapping
from runner.systems import ROOT, System, all_systems

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
PROFILES = ROOT / "profiles" / "profiles.yml"
_YAML_WORDS = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n"})


def generate(system: System) -> dict[Path, str]:
    """Every generated file of a system with its text; UsageError when a catalog and the rules disagree."""
    catalog = system.target_catalog
    mappings = mapping.of_system(system, rules.read())
    sentences = descriptions.read(system.baseline_folder, catalog)
    page = _pages()
    files = {
        system.baseline_folder / "pre_data.sql": baseline.pre_data(catalog),
        system.baseline_folder / "post_data.sql": baseline.post_data(catalog),
        system.model_folder / "_sources.yml": page("sources.yml.j2", _sources(system, mappings, sentences)),
        PROFILES: page("profiles.yml.j2", {"systems": all_systems()}),
    }
    if sentences.exposure:
        exposure = {"exposure": sentences.exposure, "tables": list(mappings)}
        files[system.model_folder / "_exposure.yml"] = page("exposure.yml.j2", exposure)
    for name, table in mappings.items():
        properties = _properties(catalog.tables[name], table, sentences)
        files[system.model_folder / f"{name}.sql"] = page("model.sql.j2", {"system": system.name, "table": table})
        files[system.model_folder / f"{name}.yml"] = page("model.yml.j2", properties)
    return files


def write(system: System) -> list[Path]:
    """Bring the files of a system up to date, remove orphans; the paths that changed."""
    files = generate(system)
    changed = drift(system)
    for path in changed:
        if path in files:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(files[path], encoding="utf-8")
        else:
            path.unlink()
    return changed


def drift(system: System) -> list[Path]:
    """The files of a system that are missing, differ from what would be generated, or follow from nothing."""
    files = generate(system)
    kept = [path for path in system.model_folder.glob("*") if path.suffix in {".sql", ".yml"}]
    orphans = [path for path in kept if path not in files]
    stale = [path for path, text in files.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    return sorted(stale + orphans)


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


def _properties(table: Table, mapped: TableMapping, sentences: Descriptions) -> dict[str, Any]:
    return {
        "table": table,
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
        # Labels of an enum land as text: the type itself belongs to the build.
        "landing_type": "text" if column.labels else column.target_type,
        "meta": meta,
    }


def _pages() -> Callable[[str, dict[str, Any]], str]:
    """Jinja with square brackets, because curly ones belong to dbt; SQL and YAML need no HTML escapes."""
    environment = Environment(  # noqa: S701
        loader=FileSystemLoader(TEMPLATES),
        variable_start_string="[[",
        variable_end_string="]]",
        block_start_string="[%",
        block_end_string="%]",
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    environment.filters.update(quoted=quoted, scalar=_flow, flow=_flow)
    return lambda name, values: environment.get_template(name).render(values)


def _flow(value: Any) -> str:
    """A value as YAML on one line; a text is quoted only where the bare word would mean something else."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_flow(key)}: {_flow(item)}' for key, item in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_flow, value))}]"
    text = str(value)
    if re.fullmatch(r"[A-Za-z_][\w(). -]*[\w).]|[a-z]", text) and text.lower() not in _YAML_WORDS:
        return text
    return json.dumps(text, ensure_ascii=False)
