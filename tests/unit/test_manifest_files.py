"""A file is what its manifest lists, or one line says what differs: size, hash, or that it is no plain file."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from runner import manifest
from runner.errors import ViolationError
from runner.manifest import File
from runner.run import make_private
from tests.corpus.manifests import CONTENT, entry


@pytest.fixture
def file(tmp_path: Path) -> File:
    make_private(tmp_path / "t")
    (tmp_path / "t" / "0001.csv").write_bytes(CONTENT)
    return entry("t/0001.csv")


def refused(folder: Path, file: File) -> str:
    with pytest.raises(ViolationError) as caught:
        manifest.verify_file(folder, file)
    message = str(caught.value)
    assert message.startswith(str(folder / file.path))
    assert message.isprintable()
    return message


def test_a_file_as_listed(tmp_path: Path, file: File) -> None:
    manifest.verify_file(tmp_path, file)


@pytest.mark.parametrize("position", range(len(CONTENT)))
def test_one_changed_byte(tmp_path: Path, file: File, position: int) -> None:
    changed = bytearray(CONTENT)
    changed[position] ^= 1
    (tmp_path / file.path).write_bytes(changed)
    assert "SHA-256 differs" in refused(tmp_path, file)


@pytest.mark.parametrize("content", [b"", CONTENT[:-1], CONTENT + b"\n", CONTENT * 2])
def test_another_size(tmp_path: Path, file: File, content: bytes) -> None:
    (tmp_path / file.path).write_bytes(content)
    assert f"{len(content)} bytes, the manifest says 9" in refused(tmp_path, file)


def test_a_missing_file(tmp_path: Path) -> None:
    assert "missing" in refused(tmp_path, entry("t/0001.csv"))


@pytest.mark.parametrize("thing", ["symlink", "dangling symlink", "folder", "pipe", "symlink to its folder"])
def test_a_thing_that_is_no_plain_file(tmp_path: Path, file: File, thing: str) -> None:
    path, elsewhere = tmp_path / file.path, tmp_path / "elsewhere"
    elsewhere.mkdir()
    path.rename(elsewhere / path.name)
    match thing:
        case "symlink":
            path.symlink_to(elsewhere / path.name)
        case "dangling symlink":
            path.symlink_to(elsewhere / "nothing")
        case "folder":
            path.mkdir()
        case "pipe":
            os.mkfifo(path)
        case _:
            path.parent.rmdir()
            path.parent.symlink_to(elsewhere)
            assert path.is_file()
    assert "missing or no plain file" in refused(tmp_path, file)


def test_a_name_that_no_disk_takes(tmp_path: Path) -> None:
    assert "cannot be read" in refused(tmp_path, entry("😀" * 200 + "/0001.csv"))
