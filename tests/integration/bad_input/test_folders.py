"""An export folder with anything wrong in it is one line that says what and where, and changes nothing."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from runner.systems import named
from tests.integration.bad_input.attempts import REFUSAL, USAGE, VIOLATION, Attempt, Ended, Place, expect

# One table is enough, `--table` chooses it.
CHOSEN = {"systems": ("kratos",), "tables": ("networks",)}
TO_STAGE = ("check", "export", "stage")
Document = dict[str, Any]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An export of one table that is all right."""
    sample, made = named("kratos").sample_folder, tmp_path / "export of kratos"
    shutil.copytree(sample / "networks", made / "networks")
    document = json.loads((sample / "manifest.json").read_bytes())
    document["tables"] = [table for table in document["tables"] if table["name"] == "networks"]
    (made / "manifest.json").write_text(json.dumps(document))
    return made


def test_all_is_right_before_it_is_broken(attempt: Attempt, place: Place, folder: Path) -> None:
    assert attempt() == Ended(0, "")
    assert attempt(TO_STAGE, SOURCE_KRATOS_URL=f"csv:{folder}", **CHOSEN) == Ended(0, "")
    assert place.untouched()


def _entry(document: Document) -> Document:
    entry: Document = document["tables"][0]["files"][0]
    return entry


def _edit(change: Callable[[Document], object]) -> Callable[[Path], object]:
    def edit(folder: Path) -> None:
        document = json.loads((folder / "manifest.json").read_bytes())
        change(document)
        (folder / "manifest.json").write_text(json.dumps(document))

    return edit


def _folder_instead(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _link(path: Path) -> None:
    real = path.rename(path.with_name(f"real {path.name}"))
    path.symlink_to(real)


def _device(path: Path) -> None:
    path.unlink()
    os.mknod(path, stat.S_IFCHR | 0o600, os.makedev(1, 5))  # zeros without end


def _pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


MANIFESTS: dict[str, tuple[Callable[[Path], object], tuple[str, ...]]] = {
    "no manifest": (lambda folder: (folder / "manifest.json").unlink(), ("manifest.json", "cannot be read")),
    "a folder for a manifest": (
        lambda folder: _folder_instead(folder / "manifest.json"),
        ("manifest.json", "cannot be read"),
    ),
    "empty": (lambda folder: (folder / "manifest.json").write_bytes(b""), ("manifest.json",)),
    "no JSON": (lambda folder: (folder / "manifest.json").write_bytes(b"{"), ("manifest.json",)),
    "no UTF-8": (lambda folder: (folder / "manifest.json").write_bytes(b'{"format": "\xff"}'), ("manifest.json",)),
    "a list": (lambda folder: (folder / "manifest.json").write_bytes(b"[]"), ("manifest.json",)),
    "another format": (_edit(lambda document: document.update(format=2)), ("format",)),
    "an unknown field": (_edit(lambda document: document.update(color="blue")), ("color",)),
    "another digest": (_edit(lambda document: document.update(digest="md5")), ("digest",)),
    "another system": (_edit(lambda document: document.update(system="alkemio")), ("alkemio", "kratos")),
    "no tables": (_edit(lambda document: document.update(tables=[])), ("networks",)),
    "a table twice": (_edit(lambda document: document["tables"].append(document["tables"][0])), ("twice",)),
    "a file twice": (
        _edit(lambda document: document["tables"][0]["files"].append(_entry(document))),
        ("tables.0", "twice"),
    ),
    "other columns": (_edit(lambda document: document["tables"][0].update(columns=["id"])), ("networks", "columns")),
    "negative rows": (_edit(lambda document: _entry(document).update(rows=-1)), ("rows",)),
    "rows as text": (_edit(lambda document: _entry(document).update(rows="5")), ("rows",)),
    "endless seconds": (_edit(lambda document: _entry(document).update(seconds=float("inf"))), ("manifest.json",)),
    "a path out of the folder": (_edit(lambda document: _entry(document).update(path="../0001.csv")), ("path",)),
    "a path of the machine": (_edit(lambda document: _entry(document).update(path="/etc/0001.csv")), ("path",)),
    "a path to another table": (
        _edit(lambda document: _entry(document).update(path="identities/0001.csv")),
        ("identities/0001.csv", "networks"),
    ),
    "a missing file": (lambda folder: (folder / "networks" / "0001.csv").unlink(), ("networks/0001.csv", "missing")),
    "a folder for a file": (
        lambda folder: _folder_instead(folder / "networks" / "0001.csv"),
        ("networks/0001.csv", "no plain file"),
    ),
    "a link for a file": (lambda folder: _link(folder / "networks" / "0001.csv"), ("networks/0001.csv", "plain file")),
    "a link for a folder": (lambda folder: _link(folder / "networks"), ("networks/0001.csv", "plain file")),
    "a link for a manifest": (lambda folder: _link(folder / "manifest.json"), ("manifest.json", "cannot be read")),
    "a pipe for a manifest": (lambda folder: _pipe(folder / "manifest.json"), ("manifest.json", "plain file")),
    "a pipe for a file": (lambda folder: _pipe(folder / "networks" / "0001.csv"), ("networks/0001.csv", "plain file")),
    "a device for a file": (
        lambda folder: _device(folder / "networks" / "0001.csv"),
        ("networks/0001.csv", "plain file"),
    ),
    "a huge manifest": (
        lambda folder: (folder / "manifest.json").write_bytes(b" " * (9 << 20)),
        ("manifest.json", "8 MiB"),
    ),
    "a deep manifest": (
        lambda folder: (folder / "manifest.json").write_bytes(b"[" * (7 << 20)),
        ("manifest.json", "recursion"),
    ),
    "millions of files": (
        _edit(lambda document: document["tables"][0].update(files=[{}] * 2_000_000)),
        ("manifest.json", "tables.0.files.0"),
    ),
    "a gigantic name": (_edit(lambda document: document["tables"][0].update(name="n" * 7_000_000)), ("tables.0.name",)),
    "a name with a line break": (
        _edit(lambda document: document["tables"][0].update(name="net\nworks")),
        ("tables.0.name",),
    ),
    "absurd rows": (_edit(lambda document: _entry(document).update(rows=10**18)), ("too short",)),
    "absurd bytes": (
        _edit(lambda document: _entry(document).update(bytes=10**18, rows=1)),
        ("networks/0001.csv", "bytes, the manifest says 1000000000000000000"),
    ),
    "an absurd line": (_edit(lambda document: _entry(document).update(longest_line=10**18)), ("too short",)),
    "numbers beyond all": (_edit(lambda document: _entry(document).update(rows=10**400)), ("manifest.json",)),
    "a cut file": (
        lambda folder: (folder / "networks" / "0001.csv").write_bytes(b"x"),
        ("networks/0001.csv", "1 bytes, the manifest says"),
    ),
    "another hash": (
        _edit(lambda document: _entry(document).update(sha256="0" * 64)),
        ("networks/0001.csv", "SHA-256"),
    ),
}


@pytest.mark.parametrize("fault", MANIFESTS)
def test_export_that_is_not_what_its_manifest_says(attempt: Attempt, place: Place, folder: Path, fault: str) -> None:
    spoil, words = MANIFESTS[fault]
    spoil(folder)
    expect(attempt(("check", "export"), SOURCE_KRATOS_URL=f"csv:{folder}", **CHOSEN), VIOLATION, *words)
    assert place.untouched()


def test_export_larger_than_the_disk(attempt: Attempt, place: Place, folder: Path) -> None:
    size = 1 << 42
    with (folder / "networks" / "0001.csv").open("r+b") as file:
        file.truncate(size)  # of zeros that take no room
    _edit(lambda document: _entry(document).update(bytes=size))(folder)
    ended = attempt(("check", "export"), SOURCE_KRATOS_URL=f"csv:{folder}", **CHOSEN)
    expect(ended, REFUSAL, "MiB are free", "make room")
    assert place.untouched()


@pytest.mark.parametrize("url", ["csv:", "csv:no/such/folder", "csv:README.md"])
def test_export_folder_that_is_none(attempt: Attempt, url: str) -> None:
    expect(attempt(SOURCE_KRATOS_URL=url), USAGE, "SOURCE_KRATOS_URL")


RECORD = b'"16e07c56-2224-48e0-a1aa-46ca5014670f",2020-01-01 00:00:00,2020-01-01 00:00:00\n'
CONTENTS = {
    "a NUL": RECORD.replace(b"16e07c56", b"\x00"),
    "no UTF-8": RECORD.replace(b"16e07c56", b"\xff\xfe"),
    "an unclosed quote": RECORD.replace(b'f",', b"f,"),
    "a field less": RECORD.replace(b",2020-01-01 00:00:00\n", b"\n"),
    "a field more": RECORD.replace(b"\n", b",\n"),
    "no uuid": RECORD.replace(b"16e07c56-", b""),
    "a cut record": RECORD[:-10],
}


@pytest.mark.parametrize("fault", CONTENTS)
def test_export_with_a_malformed_file(attempt: Attempt, place: Place, folder: Path, fault: str) -> None:
    path = folder / "networks" / "0001.csv"
    path.write_bytes(RECORD.replace(b"16e07c56", b"26e07c56") + CONTENTS[fault])
    _edit(lambda document: _entry(document).update(_facts(path.read_bytes())))(folder)
    ended = attempt(TO_STAGE, SOURCE_KRATOS_URL=f"csv:{folder}", **CHOSEN)
    expect(ended, VIOLATION, "kratos.networks", "networks/0001.csv")
    assert place.untouched()


def _facts(content: bytes) -> Document:
    return {
        "rows": 2,
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "longest_line": max(len(line) + 1 for line in content.split(b"\n")),
    }
