"""dbt's documentation as one page that needs no server, asks for nothing and begins where the rows came from.

dbt's own static page knows no source of a source: its lineage would begin at landing. Its template also asks for
a picture that it does not bring and for addresses that it has not filled in yet, and has no room for a telephone.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from runner.resources import TEMPLATES

LANDING_SUFFIX, MYSQL_SUFFIX = "_landing", "_mysql"
_REPAIRS = (
    # A favicon that only dbt's own site has, and icons whose addresses the page computes later.
    ("${require('./assets/favicons/favicon.ico')}", "data:,"),
    ('<use xlink:href="{{', '<use ng-attr-xlink:href="{{'),
)


def complete(artifacts: Path) -> Path:
    """Write the page from what `dbt docs generate` left in a folder; returns its path. OSError when it cannot."""
    manifest = with_mysql(json.loads((artifacts / "manifest.json").read_bytes()))
    page = (artifacts / "index.html").read_text(encoding="utf-8")
    for wrong, right in _REPAIRS:
        page = page.replace(wrong, right)
    style = (TEMPLATES / "dbt.css").read_text(encoding="utf-8")
    page = page.replace("</head>", f"<style>{style}</style></head>", 1)
    catalog = json.loads((artifacts / "catalog.json").read_bytes())
    for mark, document in (("MANIFEST.JSON INLINE DATA", manifest), ("CATALOG.JSON INLINE DATA", catalog)):
        # No name and no description may end the script that it is part of.
        page = page.replace(f'"{mark}"', json.dumps(document, separators=(",", ":")).replace("<", "\\u003c"))
    made = artifacts / "complete.html"
    made.write_text(page, encoding="utf-8")
    return made


def with_mysql(manifest: dict[str, Any]) -> dict[str, Any]:
    """The manifest with the table on MySQL before every landing table: its columns in the types they had there."""
    sources = manifest["sources"]
    for landing in [node for node in sources.values() if node["source_name"].endswith(LANDING_SUFFIX)]:
        mysql = _on_mysql(landing)
        sources[mysql["unique_id"]] = mysql
        manifest["parent_map"][mysql["unique_id"]] = []
        manifest["child_map"][mysql["unique_id"]] = [landing["unique_id"]]
        manifest["parent_map"][landing["unique_id"]] = [mysql["unique_id"]]
    return manifest


def _on_mysql(landing: dict[str, Any]) -> dict[str, Any]:
    name = landing["source_name"].removesuffix(LANDING_SUFFIX)
    columns = {column: {**told, "data_type": told["meta"]["mysql_type"]} for column, told in landing["columns"].items()}
    return {
        **landing,
        "unique_id": f"source.{landing['package_name']}.{name}{MYSQL_SUFFIX}.{landing['name']}",
        "source_name": f"{name}{MYSQL_SUFFIX}",
        "source_description": f"The tables of {name} on MySQL or MariaDB, which were only read.",
        "database": "mysql",
        "schema": name,
        "relation_name": f"{name}.{landing['name']}",
        "fqn": [landing["package_name"], f"{name}{MYSQL_SUFFIX}", landing["name"]],
        "columns": columns,
    }
