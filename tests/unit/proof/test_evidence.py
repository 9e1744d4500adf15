"""Evidence holds what proves a run, and no byte of it can change unnoticed."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import BinaryIO

import pytest

from runner.errors import UsageError, ViolationError
from runner.proof import evidence
from runner.run import Run
from runner.systems import all_systems


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    run = Run("01a2", tmp_path / "run")
    for name in ("report.json", "log.jsonl"):
        run.folder.mkdir(exist_ok=True)
        (run.folder / name).write_text("{}\n")
    run.write_result("verify", "kratos", {"tables": {}})
    return evidence.gather(run, all_systems(), tmp_path)


def test_evidence_is_whole_and_signed(folder: Path, tmp_path: Path) -> None:
    names = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert {"report.json", "kratos/verify.json", "rules/cast_rules.csv", "alkemio/postgres.json"} <= names
    assert evidence.check(folder) == evidence.fingerprint((folder / evidence.PUBLIC_KEY).read_bytes())
    assert (tmp_path / "evidence_key.pem").stat().st_mode & 0o777 == 0o600


def test_copies_are_private_from_their_first_byte(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    modes: list[int] = []
    # Both ways of the library to copy a file end here, with what is written to.
    copy = shutil.copyfileobj

    def watched(read: BinaryIO, written: BinaryIO, *rest: int) -> None:
        modes.append(os.fstat(written.fileno()).st_mode & 0o777)
        copy(read, written, *rest)

    monkeypatch.setattr(shutil, "copyfileobj", watched)
    monkeypatch.setattr(shutil, "_USE_CP_SENDFILE", False)
    before = os.umask(0)
    try:
        evidence.gather(Run("01a2", tmp_path / "run"), all_systems(), tmp_path)
    finally:
        os.umask(before)
    assert len(modes) > 10
    assert set(modes) == {0o600}


def test_the_key_stays_the_same_for_the_next_run(folder: Path, tmp_path: Path) -> None:
    before = evidence.check(folder)
    again = evidence.gather(Run("01a2", tmp_path / "run"), all_systems(), tmp_path)
    assert evidence.check(again) == before


def test_every_changed_file_is_found(folder: Path) -> None:
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        content = path.read_bytes()
        for position in (0, len(content) // 2, len(content) - 1):
            changed = bytearray(content)
            changed[position] ^= 1
            path.write_bytes(changed)
            with pytest.raises(ViolationError, match=r"changed|does not fit"):
                evidence.check(folder)
        path.write_bytes(content)
    evidence.check(folder)


def test_files_added_removed_or_linked_are_found(folder: Path) -> None:
    (folder / "extra.json").write_text("{}")
    with pytest.raises(ViolationError, match=r"extra.json: was added"):
        evidence.check(folder)
    (folder / "extra.json").unlink()
    copy = folder.parent / "copy.json"
    (folder / "report.json").rename(copy)
    with pytest.raises(ViolationError, match=r"report.json: is missing"):
        evidence.check(folder)
    (folder / "report.json").symlink_to(copy)
    with pytest.raises(ViolationError, match=r"report.json: was changed"):
        evidence.check(folder)


def test_a_list_signed_by_another_key_does_not_fit(folder: Path, tmp_path: Path) -> None:
    run = Run("01a3", tmp_path / "other")
    run.folder.mkdir()
    other = evidence.gather(run, (), tmp_path / "other")
    (folder / evidence.PUBLIC_KEY).write_bytes((other / evidence.PUBLIC_KEY).read_bytes())
    with pytest.raises(ViolationError, match="does not fit"):
        evidence.check(folder)


def test_a_folder_without_evidence_is_wrong_use(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds no evidence"):
        evidence.check(tmp_path)
