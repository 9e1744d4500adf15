"""What `clean` removes from a run's folder is everything that holds rows, and nothing else."""

from __future__ import annotations

from pathlib import Path

from runner.run import Run
from runner.runs.cleanup import remove_exports

ROWS = ("export/alkemio/user/0001.csv", "export/alkemio/user/0002.csv.part", "scratch/spill-0/x", "staging.duckdb")
KEPT = ("log.jsonl", "report.json", "report.html", "stage/alkemio.json", "dbt/alkemio/manifest.json")


def a_run(folder: Path) -> Run:
    for name in (*ROWS, *KEPT, "export/alkemio/manifest.json", "export/kratos/manifest.json"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    return Run("id", folder)


def test_rows_go_and_everything_else_stays(tmp_path: Path) -> None:
    removed = remove_exports(a_run(tmp_path))
    assert removed == [tmp_path / "export", tmp_path / "scratch", tmp_path / "staging.duckdb"]
    left = {str(path.relative_to(tmp_path)): path.read_text() for path in tmp_path.rglob("*") if path.is_file()}
    assert left == {name: name for name in KEPT} | {
        "manifest.alkemio.json": "export/alkemio/manifest.json",
        "manifest.kratos.json": "export/kratos/manifest.json",
    }


def test_a_second_time_there_is_nothing_to_do(tmp_path: Path) -> None:
    one = a_run(tmp_path)
    remove_exports(one)
    before = sorted(tmp_path.rglob("*"))
    assert remove_exports(one) == []
    assert sorted(tmp_path.rglob("*")) == before


def test_a_run_that_never_exported(tmp_path: Path) -> None:
    assert remove_exports(Run("id", tmp_path)) == []


def test_a_linked_export_keeps_what_it_was_taken_from(tmp_path: Path) -> None:
    given = tmp_path / "given.csv"
    given.write_text("theirs")
    (tmp_path / "run" / "export" / "kratos").mkdir(parents=True)
    (tmp_path / "run" / "export" / "kratos" / "0001.csv").hardlink_to(given)
    remove_exports(Run("id", tmp_path / "run"))
    assert given.read_text() == "theirs"
