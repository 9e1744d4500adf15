"""Lineage column by column: the mapping's types and rules, dbt's tests and exposures, the run's proof."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from runner.errors import UsageError
from runner.pages import atlas, docs, lineage
from runner.pages.lineage import ColumnTest
from runner.run import Run
from runner.systems import System, named

KRATOS, ALKEMIO = named("kratos"), named("alkemio")


def model(name: str) -> dict[str, Any]:
    return {"resource_type": "model", "name": name}


def proved(name: str, table: str, **arguments: Any) -> dict[str, Any]:
    return {
        "resource_type": "test",
        "name": f"{name}_{table}",
        "attached_node": f"model.convergence.{table}",
        "test_metadata": {"name": name, "kwargs": arguments},
    }


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """A run with manifests of both systems, as far as lineage reads them, and a proof of two tables of Kratos."""
    nodes = {
        "model.convergence.sessions": model("sessions"),
        "model.convergence.networks": model("networks"),
        "model.convergence.user": model("user"),
        "test.1": proved("not_null", "sessions", column_name="id"),
        "test.2": proved("references", "sessions", column_name='"nid"', to="ref('networks')", to_columns=["id"]),
        "test.3": proved("unique_combination", "sessions", columns=["id", "nid"]),
        "test.4": proved("row_count_matches_manifest", "sessions"),
        "test.5": {"resource_type": "test", "name": "singular", "attached_node": None},
    }
    exposures = {
        "exposure.b": {"label": "Somebody", "depends_on": {"nodes": ["model.convergence.sessions"]}},
        "exposure.a": {"label": "Ory Kratos", "depends_on": {"nodes": ["model.convergence.sessions", "source.x"]}},
    }
    made = Run("r1", tmp_path)
    for system in (KRATOS, ALKEMIO):
        path = lineage.manifest_path(made, system.name)
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps({"nodes": nodes, "exposures": exposures}), encoding="utf-8")
    proof = {"rows": 1, "digest": "77", "identical": True}
    made.write_result("verify", "kratos", {"tables": {"sessions": proof, "networks": {**proof, "identical": False}}})
    return made


def table(system: System, run: Run, name: str) -> lineage.TableLineage:
    return next(one for one in lineage.of_system(system, run).tables if one.name == name)


def column(system: System, run: Run, name: str, column: str) -> lineage.ColumnLineage:
    return next(one for one in table(system, run, name).columns if one.name == column)


def test_a_column_on_its_way(run: Run) -> None:
    found = column(KRATOS, run, "sessions", "nid")
    assert (found.source_type, found.landing_type, found.final_type) == ("char(36)", "uuid", "uuid")
    assert [step.rule for step in found.steps] == ["uuid"]
    assert "16 bytes" in found.steps[0].reason
    assert found.says == "The network the row belongs to. Refers to networks.id, deleted together with it."
    assert found.tests == (ColumnTest("references", "networks", "id"), ColumnTest("unique_combination"))


def test_an_override_is_a_step_and_labels_land_as_text(run: Run) -> None:
    steps = column(ALKEMIO, run, "whiteboard", "content").steps
    assert [step.rule for step in steps] == ["text", "whiteboard_base64"]
    assert steps[0].reason != steps[1].reason
    kind = column(ALKEMIO, run, "profile", "type")
    assert (kind.landing_type, kind.final_type) == ("text", "profile_type_enum")


def test_a_table_with_its_tests_readers_and_proof(run: Run) -> None:
    sessions = table(KRATOS, run, "sessions")
    assert sessions.tests == (ColumnTest("row_count_matches_manifest"),)
    assert sessions.exposures == ("Ory Kratos", "Somebody")
    assert (sessions.rows, sessions.proof) == (1, "identical")
    assert table(KRATOS, run, "networks").proof == "differs"
    assert table(KRATOS, run, "identities").proof == "not compared yet"


def test_everything_that_is_copied_is_there_and_the_rest_has_its_reason(run: Run) -> None:
    systems = [lineage.of_system(system, run) for system in (ALKEMIO, KRATOS)]
    assert [len(system.tables) for system in systems] == [75, 25]
    assert set(systems[0].skipped) >= {"migrations_typeorm", "query-result-cache"}
    assert all(systems[0].skipped.values())


def test_rules_are_counted_over_all_systems(run: Run) -> None:
    systems = [lineage.of_system(system, run) for system in (ALKEMIO, KRATOS)]
    uses = {use.name: use for use in atlas.rule_uses(systems)}
    columns = [one for system in systems for each in system.tables for one in each.columns]
    assert uses["whiteboard_base64"].columns == 2
    assert sum(use.columns for use in uses.values()) == len(columns) + 2
    assert list(uses) == sorted(uses)


def test_notes_for_dbt_say_the_way_and_the_proof(run: Run) -> None:
    notes = lineage.notes(KRATOS, run)
    assert (
        notes["sessions"][""] == "Run `r1` proved this table identical to its source: 1 row, digest `77` on both sides."
    )
    assert "**differs**" in notes["networks"][""]
    assert "not compared" in notes["identities"][""]
    assert notes["sessions"]["active"].startswith("MySQL `tinyint(1)` → Postgres `boolean` by `boolean`: ")


def test_a_run_without_docs_says_how_to_get_them(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"run `\./inv docs` first"):
        lineage.of_system(KRATOS, Run("r1", tmp_path))


def test_pages_hold_every_table(run: Run) -> None:
    systems = [lineage.of_system(system, run) for system in (ALKEMIO, KRATOS)]
    atlas.write_lineage(run, systems)
    atlas.write_diagrams(run, [ALKEMIO, KRATOS])
    page, diagrams = ((run.folder / name).read_text(encoding="utf-8") for name in (atlas.LINEAGE, atlas.DIAGRAMS))
    for system in systems:
        for one in system.tables:
            assert f'<section class="lineage" id="{system.name}.{one.name}"' in page
            assert f'href="lineage.html#{system.name}.{one.name}"' in diagrams
            for each in one.columns:
                assert f'<tr id="{system.name}.{one.name}.{each.name}"' in page
    assert "query-result-cache (not copied)" in diagrams


def test_the_front_page_leads_to_both(run: Run) -> None:
    assert {atlas.LINEAGE, atlas.DIAGRAMS} <= {path for _, path, _ in docs._OTHERS}
