"""Runs: private folders, results that are complete or absent, ids that cannot leave the work folder."""

from __future__ import annotations

import json
import os
import re
import uuid
from pathlib import Path

import pytest

from runner.errors import UsageError
from runner.run import Run, create, make_private, open_run, replacing


def test_a_new_run(tmp_path: Path) -> None:
    work = tmp_path / "made" / "work"
    made = create(work)
    identity = uuid.UUID(made.run_id)
    assert (identity.version, str(identity)) == (7, made.run_id)
    assert made.folder == work / made.run_id
    assert (work / "latest").readlink() == Path(made.run_id)
    for folder in (made.folder, work, work.parent):
        assert folder.stat().st_mode & 0o777 == 0o700
    assert sorted(path.name for path in work.iterdir()) == [made.run_id, "latest"]


def test_the_latest_run(tmp_path: Path) -> None:
    runs = [create(tmp_path) for _ in range(3)]
    assert sorted(one.run_id for one in runs) == [one.run_id for one in runs]
    assert open_run(tmp_path, None) == runs[-1]
    assert open_run(tmp_path, runs[0].run_id) == runs[0]
    assert open_run(tmp_path, "latest") == runs[-1]


def test_no_run_yet(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no run in .* yet: start with `./inv check` or `./inv migrate`"):
        open_run(tmp_path, None)
    (tmp_path / "latest").symlink_to("gone")
    with pytest.raises(UsageError, match="no run in"):
        open_run(tmp_path, None)


@pytest.mark.parametrize("run_id", ["nothing", "..", "../work", "/etc", "a/b", ".", "a\nb", "a\x00b", " ", "-"])
def test_an_id_that_is_no_run(tmp_path: Path, run_id: str) -> None:
    create(tmp_path)
    (tmp_path / "nothing").mkdir()
    with pytest.raises(UsageError, match="there is no run") as caught:
        open_run(tmp_path, run_id)
    assert str(caught.value).isprintable()


def test_results(tmp_path: Path) -> None:
    made = create(tmp_path)
    assert not made.has_result("stage", "alkemio")
    with pytest.raises(UsageError) as caught:
        made.read_result("stage", "alkemio")
    assert str(caught.value) == (
        f"run {made.run_id} has no result of stage for alkemio: run `./inv stage --run {made.run_id}` first"
    )
    made.write_result("stage", "alkemio", {"tables": {"user": {"rows": 1}}})
    made.write_result("stage", "alkemio", {"tables": {"é": None}})
    assert made.has_result("stage", "alkemio")
    assert not made.has_result("stage", "kratos")
    assert made.read_result("stage", "alkemio") == {"tables": {"é": None}}
    path = made.result_path("stage", "alkemio")
    assert path == made.folder / "stage" / "alkemio.json"
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert list(path.parent.iterdir()) == [path]
    assert made.export_folder("kratos") == made.folder / "export" / "kratos"
    path.write_bytes(b'{"tables": ')
    with pytest.raises(UsageError, match=r"stage/alkemio\.json is damaged: run `\./inv stage --run .*` again"):
        made.read_result("stage", "alkemio")


def test_a_result_that_cannot_be_written_leaves_the_former_one(tmp_path: Path) -> None:
    made = Run("id", tmp_path)
    made.write_result("load", "kratos", {"good": True})
    with pytest.raises(TypeError):
        made.write_result("load", "kratos", {"bad": object()})
    assert made.read_result("load", "kratos") == {"good": True}


def test_a_file_is_complete_or_absent(tmp_path: Path) -> None:
    path = tmp_path / "file"
    with pytest.raises(RuntimeError), replacing(path) as file:
        file.write(b"half")
        raise RuntimeError
    assert not path.exists()
    with replacing(path) as file:
        file.write(b"whole")
        assert not path.exists()
    assert path.read_bytes() == b"whole"
    with replacing(path) as file:
        file.write(b"new")
        file.flush()
        assert path.read_bytes() == b"whole"
    assert path.read_bytes() == b"new"


def test_a_file_is_synced_before_it_has_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, synced = tmp_path / "file", []

    def fsync(descriptor: int) -> None:
        synced.append((path.exists(), os.fstat(descriptor).st_size))

    monkeypatch.setattr(os, "fsync", fsync)
    with replacing(path) as file:
        file.write(b"12345")
    assert synced == [(False, 5)]


def test_no_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "victim").write_bytes(b"mine")
    (tmp_path / "file.part").symlink_to("victim")
    with pytest.raises(OSError, match="symbolic links"), replacing(tmp_path / "file") as file:
        file.write(b"theirs")
    assert (tmp_path / "victim").read_bytes() == b"mine"


def test_private_folders(tmp_path: Path) -> None:
    make_private(tmp_path / "a" / "b" / "c")
    make_private(tmp_path / "a" / "b" / "c")
    for name in ("a", "a/b", "a/b/c"):
        assert (tmp_path / name).stat().st_mode & 0o777 == 0o700


def test_a_folder_that_was_there_keeps_its_mode(tmp_path: Path) -> None:
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs").chmod(0o755)
    make_private(tmp_path / "theirs" / "ours")
    assert (tmp_path / "theirs").stat().st_mode & 0o777 == 0o755


def test_a_result_is_readable_json(tmp_path: Path) -> None:
    made = Run("id", tmp_path)
    made.write_result("check", "kratos", {"kind": "mysql"})
    text = made.result_path("check", "kratos").read_text()
    assert json.loads(text) == {"kind": "mysql"}
    assert re.match(r"\{\n \"kind\"", text)
