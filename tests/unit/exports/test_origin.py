"""An export of foreign origin is taken over only where it is what a run needs, by copies that nothing changes later."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from runner import manifest, mapping, rules
from runner.errors import ConvergenceError, RefusalError, ViolationError
from runner.exports import origin
from runner.exports.origin import Origin
from runner.manifest import File, Manifest
from runner.run import Run, make_private
from runner.systems import named
from tests.corpus import manifests
from tests.corpus.manifests import GOOD, Document, entry

CONTENT = b'"a",1\n' * 100_000


@pytest.fixture
def given(tmp_path: Path) -> tuple[Path, File]:
    """A folder with one file, readable for everyone, and its entry."""
    folder = tmp_path / "given"
    (folder / "networks").mkdir(parents=True)
    path = folder / "networks" / "0001.csv"
    path.write_bytes(CONTENT)
    path.chmod(0o644)
    sha256 = hashlib.sha256(CONTENT).hexdigest()
    return folder, File(
        path="networks/0001.csv", rows=100_000, bytes=len(CONTENT), sha256=sha256, longest_line=6, digest="1"
    )


def test_a_copy_is_private_and_its_own(given: tuple[Path, File], tmp_path: Path) -> None:
    folder, file = given
    copy = tmp_path / "copy.csv"
    manifest.take_over(folder, file, copy)
    with (folder / file.path).open("r+b") as edited:
        edited.write(b"changed after it was compared")
    assert copy.read_bytes() == CONTENT
    assert copy.stat().st_mode & 0o777 == 0o600


def test_what_was_copied_is_compared(given: tuple[Path, File], tmp_path: Path) -> None:
    folder, file = given
    with (folder / file.path).open("r+b") as edited:
        edited.write(b"b")
    with pytest.raises(ViolationError, match="SHA-256"):
        manifest.take_over(folder, file, tmp_path / "copy.csv")
    assert not (tmp_path / "copy.csv").exists()


def test_a_file_that_grows_meanwhile_is_read_no_further(
    given: tuple[Path, File], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, file = given
    real, looks = os.fstat, []

    def grow(descriptor: int) -> os.stat_result:
        found = real(descriptor)
        looks.append(found.st_size)
        if len(looks) == 2:  # at what kind of file it is, and at its size
            os.truncate(folder / file.path, 1 << 40)
        return found

    monkeypatch.setattr(os, "fstat", grow)
    started = time.monotonic()
    manifest.take_over(folder, file, tmp_path / "copy.csv")
    assert time.monotonic() - started < 10
    assert (folder / file.path).stat().st_size == 1 << 40
    assert (tmp_path / "copy.csv").read_bytes() == CONTENT


def test_a_folder_exchanged_for_a_link_is_not_followed(given: tuple[Path, File], tmp_path: Path) -> None:
    folder, file = given
    (folder / "networks").rename(tmp_path / "elsewhere")
    (folder / "networks").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ViolationError, match="plain file"):
        manifest.take_over(folder, file, tmp_path / "copy.csv")


class Adopted:
    """An export folder of Kratos with one row in each file, to be taken over by a run."""

    def __init__(self, folder: Path) -> None:
        system = named("kratos")
        self.mappings = mapping.of_system(system, rules.read())
        self.folder = folder / "given"
        self.run = Run("run", folder / "run")
        self.origin = Origin(system, self.mappings, rules.read().skipped_of("kratos"), folder=self.folder)
        tables = []
        for name, table in self.mappings.items():
            make_private(self.folder / name)
            (self.folder / name / "0001.csv").write_bytes(manifests.CONTENT)
            columns = [column.name for column in table.columns]
            tables.append({"name": name, "columns": columns, "files": [entry(f"{name}/0001.csv").model_dump()]})
        self.document: Document = GOOD | {"system": "kratos", "tables": tables}

    def adopt(self) -> Manifest:
        (self.folder / "manifest.json").write_text(json.dumps(self.document))
        return origin.adopt(self.run, self.origin)

    def refused(self, kind: type[ConvergenceError] = ViolationError) -> str:
        with pytest.raises(kind) as caught:
            self.adopt()
        assert str(self.folder) in str(caught.value)
        assert str(caught.value).isprintable()
        return str(caught.value)


@pytest.fixture
def adopted(tmp_path: Path) -> Adopted:
    return Adopted(tmp_path)


def test_an_export_folder_is_taken_over(adopted: Adopted) -> None:
    found = adopted.adopt()
    assert {table.name for table in found.tables} == set(adopted.mappings)
    for name in adopted.mappings:
        assert (adopted.run.export_folder("kratos") / name / "0001.csv").read_bytes() == manifests.CONTENT


def test_only_the_chosen_tables_are_taken_over(adopted: Adopted) -> None:
    chosen = {"identities": adopted.mappings["identities"]}
    adopted.origin = Origin(adopted.origin.system, chosen, {}, folder=adopted.folder)
    assert [table.name for table in adopted.adopt().tables] == ["identities"]
    assert [path.name for path in adopted.run.export_folder("kratos").iterdir()] == ["identities"]


def test_a_table_listed_twice(adopted: Adopted) -> None:
    adopted.document["tables"].append(adopted.document["tables"][0])
    assert "lists a table twice" in adopted.refused()


def test_a_missing_table(adopted: Adopted) -> None:
    gone = adopted.document["tables"].pop()["name"]
    assert f"missing from the export: {gone}" in adopted.refused()


def test_a_table_nobody_knows(adopted: Adopted) -> None:
    adopted.document["tables"].append(adopted.document["tables"][0] | {"name": "unheard_of"})
    assert "unknown to the baseline: unheard_of" in adopted.refused(RefusalError)


@pytest.mark.parametrize("change", [list.pop, list.reverse, lambda columns: columns.append("x")])
def test_other_columns(adopted: Adopted, change: Callable[[list[str]], object]) -> None:
    table = adopted.document["tables"][3]
    change(table["columns"])
    assert f"the columns of {table['name']} are not the baseline's" in adopted.refused()


def test_a_file_of_another_table(adopted: Adopted) -> None:
    first, second = adopted.document["tables"][:2]
    first["files"][0]["path"] = second["files"][0]["path"]
    assert f"does not belong to table {first['name']}" in adopted.refused()


def test_another_system(adopted: Adopted) -> None:
    adopted.document["system"] = "alkemio\n\x1b[2J"
    assert "is an export of 'alkemio\\n\\x1b[2J', not of 'kratos'" in adopted.refused()


def test_a_changed_file(adopted: Adopted) -> None:
    (adopted.folder / "identities" / "0001.csv").write_bytes(manifests.CONTENT.replace(b"a", b"b"))
    assert "SHA-256 differs" in adopted.refused()


def test_a_link_is_not_taken_over(adopted: Adopted, tmp_path: Path) -> None:
    (adopted.folder / "identities").rename(tmp_path / "elsewhere")
    (adopted.folder / "identities").symlink_to(tmp_path / "elsewhere")
    assert "no plain file" in adopted.refused()
