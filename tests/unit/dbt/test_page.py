"""The page of dbt's documentation: the MySQL table begins the lineage, and no text of the project ends the script."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from runner.dbt import page

LANDING = "source.convergence.kratos_landing.sessions"
MODEL = "model.convergence.sessions"
MYSQL = "source.convergence.kratos_mysql.sessions"
TEMPLATE = (
    """<link href="${require('./assets/favicons/favicon.ico')}"/><use xlink:href="{{ icon }}"></use>"""
    """<script>x={manifest:"MANIFEST.JSON INLINE DATA",catalog:"CATALOG.JSON INLINE DATA"}</script>"""
)


def _manifest(description: str = "When it ends.") -> dict[str, Any]:
    column = {
        "description": description,
        "data_type": "timestamp without time zone",
        "meta": {"mysql_type": "datetime"},
    }
    landing = {
        "unique_id": LANDING,
        "package_name": "convergence",
        "source_name": "kratos_landing",
        "name": "sessions",
        "database": "kratos",
        "schema": "convergence_landing",
        "columns": {"expires_at": column},
    }
    return {
        "sources": {LANDING: landing, "source.convergence.other.x": {"source_name": "other"}},
        "parent_map": {MODEL: [LANDING], LANDING: []},
        "child_map": {LANDING: [MODEL]},
    }


def test_the_table_on_mysql_begins_the_lineage_in_its_own_types() -> None:
    made = page.with_mysql(_manifest())
    assert made["parent_map"] == {MODEL: [LANDING], LANDING: [MYSQL], MYSQL: []}
    assert made["child_map"] == {LANDING: [MODEL], MYSQL: [LANDING]}
    assert made["sources"][MYSQL]["columns"]["expires_at"]["data_type"] == "datetime"
    assert made["sources"][LANDING]["columns"]["expires_at"]["data_type"] == "timestamp without time zone"
    assert len(made["sources"]) == 3


def test_the_page_holds_both_documents_and_asks_for_nothing(tmp_path: Path) -> None:
    hostile = "</script><script>alert(1)</script>"
    (tmp_path / "index.html").write_text(TEMPLATE, encoding="utf-8")
    (tmp_path / "manifest.json").write_text(json.dumps(_manifest(hostile)), encoding="utf-8")
    (tmp_path / "catalog.json").write_text('{"nodes": {}}', encoding="utf-8")
    made = page.complete(tmp_path).read_text(encoding="utf-8")
    assert made.count("</script>") == 1
    found = re.search(r"manifest:(\{.*\}),catalog:(\{.*?\})\}</script>", made)
    assert found
    assert json.loads(found[1])["sources"][MYSQL]["columns"]["expires_at"]["description"] == hostile
    assert json.loads(found[2]) == {"nodes": {}}
    assert "require(" not in made
    assert not re.search(r" xlink:href=.\{\{", made)
