"""Which build of an earlier run may be renewed, and which ranges of it show another moment."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from runner import manifest, mapping, rules
from runner.exports.chunks import Chunk
from runner.manifest import File, Manifest
from runner.postgres.renewal import Stale
from runner.run import Run
from runner.runs import inheritance
from runner.runs.state import State
from runner.systems import named

KRATOS = named("kratos")
MAPPINGS = mapping.of_system(KRATOS, rules.read())
CHUNKS = [Chunk("kratos", "identities", number, "id", str(number), str(number + 1), 1) for number in range(1, 9)]
OTHER = "f" * 64


def file(chunk: Chunk, sha256: str, rows: int, size: int = 1000) -> File:
    return File(
        path=chunk.path, rows=rows, bytes=size, sha256=sha256, longest_line=100, digest="1", quote='"', seconds=0.0
    )


def exported(run: Run, files: list[File]) -> Run:
    """A run with an export of one table."""
    content: dict[str, Any] = {
        "format": 1,
        "system": "kratos",
        "source": {"kind": "mysql", "version": "9", "database": "kratos"},
        "snapshot": {"taken_at": "2026-01-01T00:00:00Z", "method": "global read lock", "position": {}},
        "tables": [{"name": "identities", "columns": ["id"], "files": [one.model_dump() for one in files]}],
        "skipped": [],
    }
    run.export_folder("kratos").mkdir(parents=True)
    manifest.write(Manifest.model_validate(content), run.export_folder("kratos"))
    State(run.folder).plan("kratos", mapping.fingerprint(MAPPINGS.values()), CHUNKS)
    return run


@pytest.fixture
def earlier(tmp_path: Path) -> Run:
    return exported(Run("0195", tmp_path / "0195"), [file(chunk, "a" * 64, 10) for chunk in CHUNKS])


@pytest.fixture
def loaded(earlier: Run) -> Run:
    """The earlier run when it has loaded and proved everything."""
    result = {
        "complete": True,
        "fk_indexes": False,
        "export": manifest.of_run(earlier, "kratos").fingerprint,
    }
    earlier.write_result("load", "kratos", result)
    earlier.write_result("verify", "kratos", {"proved": True})
    return earlier


def later(earlier: Run, *changed: int, count: int = len(CHUNKS), size: int = 1000) -> Run:
    """A run since that one, whose files of these numbers differ, and have that size."""
    files = [
        file(chunk, OTHER, 11, size) if chunk.number in changed else file(chunk, "a" * 64, 11)
        for chunk in CHUNKS[:count]
    ]
    return exported(Run("0196", earlier.folder.parent / "0196"), files)


def test_ranges_of_other_files_are_stale(earlier: Run) -> None:
    found = inheritance.stale(earlier, later(earlier, 2, 5), KRATOS, MAPPINGS)
    # The rows that are in build are the earlier run's.
    assert found == {"identities": [Stale(CHUNKS[1], 10), Stale(CHUNKS[4], 10)]}


def test_nothing_is_stale_when_nothing_changed(earlier: Run) -> None:
    assert inheritance.stale(earlier, later(earlier), KRATOS, MAPPINGS) == {}


def test_more_than_a_quarter_is_filled_anew(earlier: Run) -> None:
    assert inheritance.stale(earlier, later(earlier, 1, 2, 3), KRATOS, MAPPINGS) is None


def test_rows_that_are_gone_count_as_well(earlier: Run) -> None:
    gone = range(1, 6)
    assert inheritance.stale(earlier, later(earlier, *gone, size=200), KRATOS, MAPPINGS) is None


def test_other_ranges_are_filled_anew(earlier: Run) -> None:
    assert inheritance.stale(earlier, later(earlier, count=7), KRATOS, MAPPINGS) is None


def test_a_build_that_was_loaded_and_proved_may_be_renewed(loaded: Run) -> None:
    assert inheritance.left_build(loaded, KRATOS, with_fk_indexes=False)


@pytest.mark.parametrize(
    ("phase", "change"),
    [
        ("load", {"complete": False}),
        ("load", {"export": None}),
        ("load", {"export": "of other files"}),
        ("load", {"fk_indexes": True}),
        ("verify", {"proved": False}),
    ],
)
def test_a_build_of_which_less_is_known_may_not(loaded: Run, phase: str, change: dict[str, object]) -> None:
    loaded.write_result(phase, "kratos", loaded.read_result(phase, "kratos") | change)
    assert not inheritance.left_build(loaded, KRATOS, with_fk_indexes=False)


@pytest.mark.parametrize("phase", ["load", "verify"])
def test_a_run_that_did_not_come_so_far_left_no_build(loaded: Run, phase: str) -> None:
    loaded.drop_result(phase, "kratos")
    assert not inheritance.left_build(loaded, KRATOS, with_fk_indexes=False)


def test_a_run_without_a_manifest_left_no_build(loaded: Run) -> None:
    (loaded.export_folder("kratos") / manifest.NAME).unlink()
    assert not inheritance.left_build(loaded, KRATOS, with_fk_indexes=False)
