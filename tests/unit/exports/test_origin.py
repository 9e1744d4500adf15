"""An export of foreign origin is copied and compared, so that nothing that happens to it later matters."""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path

import pytest

from runner import manifest
from runner.errors import ViolationError
from runner.manifest import File

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
