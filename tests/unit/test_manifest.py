"""The manifest is untrusted input: whatever is wrong with it is one line that names the file, never a traceback."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from runner import manifest
from runner.errors import ViolationError
from runner.manifest import Manifest
from tests.corpus.manifests import GOOD, SHA256, Document

Change = Callable[[Document], object]


def read(folder: Path, document: Document | bytes) -> Manifest:
    content = document if isinstance(document, bytes) else json.dumps(document).encode()
    (folder / "manifest.json").write_bytes(content)
    return manifest.read(folder)


def fault(folder: Path, document: Document | bytes) -> str:
    with pytest.raises(ViolationError) as caught:
        read(folder, document)
    message = str(caught.value)
    assert message.startswith(f"{folder / 'manifest.json'}: ")
    assert message.isprintable()
    assert len(message) < len(str(folder)) + 400
    assert caught.value.__suppress_context__
    return message


def test_a_good_one(tmp_path: Path) -> None:
    found = read(tmp_path, GOOD)
    table = found.table("t")
    assert (table.rows, table.bytes, table.digest, table.filtered_rows) == (3, 18, 3 * 2**60, 3)
    assert found.skipped[0].rows == 7
    with pytest.raises(KeyError):
        found.table("cache")


def test_it_is_read_as_it_was_written(tmp_path: Path) -> None:
    found = read(tmp_path, GOOD)
    folder = tmp_path / "again"
    folder.mkdir()
    manifest.write(found, folder)
    assert manifest.read(folder) == found
    assert json.loads((folder / "manifest.json").read_bytes()) == GOOD
    assert (folder / "manifest.json").stat().st_mode & 0o777 == 0o600
    assert list(folder.iterdir()) == [folder / "manifest.json"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"{",
        b"null",
        b"[]",
        b'"manifest"',
        b"1" * 100_000,
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"not JSON",
        b'{"format": 1,}',
        b"\xff\xfe\x00\x00",
        b"\xef\xbb\xbf{}",
        '{"format": 1}'.encode("utf-16"),
        b'{"format": 1, "system": "\xc3\x28"}',
        b'{"format": 1, "system": "\xed\xa0\x80"}',
        b'{"format": 1, "system": "\\ud800"}',
        b'{"format": 1} {"format": 1}',
        json.dumps(GOOD).encode()[:-1],
        json.dumps(GOOD).encode() + b"x",
    ],
    ids=lambda content: ascii(content[:12]),
)
def test_not_a_document(tmp_path: Path, content: bytes) -> None:
    fault(tmp_path, content)


def of_file(**values: Any) -> Change:
    return lambda document: document["tables"][0]["files"][0].update(values)


def of_table(**values: Any) -> Change:
    return lambda document: document["tables"][0].update(values)


def of_top(**values: Any) -> Change:
    return lambda document: document.update(values)


@pytest.mark.parametrize(
    ("change", "place"),
    [
        *(
            pytest.param(lambda document, key=key: document.pop(key), key, id=f"without {key}")
            for key in ("format", "system", "source", "snapshot", "tables", "skipped")
        ),
        *(
            pytest.param(
                lambda document, key=key: document["tables"][0]["files"][0].pop(key),
                f"tables.0.files.0.{key}",
                id=f"file without {key}",
            )
            for key in ("path", "rows", "bytes", "sha256", "longest_line", "digest")
        ),
        pytest.param(of_top(format=2), "format", id="another format"),
        pytest.param(of_top(format="1.0"), "format", id="format as text"),
        pytest.param(of_top(digest="md5"), "digest", id="another digest"),
        pytest.param(of_top(tables={}), "tables", id="tables as object"),
        pytest.param(of_top(tables=None), "tables", id="tables null"),
        pytest.param(of_top(tables=[1]), "tables.0", id="table a number"),
        pytest.param(of_top(extra=1), "extra", id="extra field"),
        pytest.param(of_top(**{"x" * 100_000: 1}), "xxx", id="long extra field"),
        pytest.param(of_top(**{"a\nfailed: \x1b[2Jb\u2028\u202e": 1}), "a", id="extra field that steers a terminal"),
        pytest.param(of_table(extra=1), "tables.0.extra", id="extra field of a table"),
        pytest.param(of_table(files=[]), "tables.0.files", id="no file"),
        pytest.param(of_table(files=GOOD["tables"][0]["files"][:1] * 2), "tables.0", id="a file twice"),
        pytest.param(of_table(name="t\n"), "tables.0.name", id="line break in a table's name"),
        pytest.param(of_table(name="\x1b[31m"), "tables.0.name", id="escape in a table's name"),
        pytest.param(of_table(name="a/b"), "tables.0.name", id="slash in a table's name"),
        pytest.param(of_table(name=""), "tables.0.name", id="table without name"),
        pytest.param(of_table(name=7), "tables.0.name", id="table named by a number"),
        pytest.param(of_table(columns=["id", "x\ny"]), "tables.0.columns.1", id="line break in a column's name"),
        pytest.param(of_table(filtered_rows=-1), "tables.0.filtered_rows", id="negative filtered rows"),
        pytest.param(of_file(quote=","), "tables.0.files.0.quote", id="another mark around texts"),
        pytest.param(of_file(quote=""), "tables.0.files.0.quote", id="no mark around texts"),
        pytest.param(of_file(extra=1), "tables.0.files.0.extra", id="extra field of a file"),
        pytest.param(of_top(source={"kind": "oracle", "version": "", "database": ""}), "source.kind", id="source"),
        pytest.param(
            of_top(snapshot={"taken_at": "", "method": "none", "position": {}}), "snapshot.method", id="snapshot"
        ),
        pytest.param(
            of_top(snapshot={"taken_at": "", "method": "global read lock", "position": {"gtid": 1}}),
            "snapshot.position.gtid",
            id="position",
        ),
        pytest.param(of_top(skipped=[{"name": "x", "rows": -1, "reason": ""}]), "skipped.0.rows", id="skipped rows"),
        pytest.param(of_top(skipped=[{"name": "x\x1b", "rows": 1, "reason": ""}]), "skipped.0.name", id="skipped name"),
    ],
)
def test_not_a_manifest(tmp_path: Path, change: Change, place: str) -> None:
    document = copy.deepcopy(GOOD)
    change(document)
    assert f"manifest.json: {place}" in fault(tmp_path, document)


@pytest.mark.parametrize("field", ["rows", "bytes", "longest_line"])
@pytest.mark.parametrize(
    "value", [-1, 2**62 + 1, 2**63, 2**64, 10**400, 1.5, 1e30, True, None, "1", "", [], float("nan")]
)
def test_counts_and_sizes(tmp_path: Path, field: str, value: object) -> None:
    document = copy.deepcopy(GOOD)
    of_file(**{field: value})(document)
    message = fault(tmp_path, document)
    assert f"tables.0.files.0.{field}" in message or "Invalid JSON" in message


@pytest.mark.parametrize("values", [{"rows": 10}, {"longest_line": 10}, {"longest_line": 2**61}, {"bytes": 0}])
def test_a_file_cannot_hold_more_than_its_bytes(tmp_path: Path, values: Document) -> None:
    document = copy.deepcopy(GOOD)
    of_file(**values)(document)
    assert "too short for its records" in fault(tmp_path, document)


@pytest.mark.parametrize("value", [-0.5, float("nan"), float("inf"), "soon", None])
def test_seconds(tmp_path: Path, value: object) -> None:
    document = copy.deepcopy(GOOD)
    of_file(seconds=value)(document)
    fault(tmp_path, document)


@pytest.mark.parametrize("value", ["", "-1", "+1", "1.0", "0x10", "1e5", " 1", "1\n", "٣", "1" * 41, 1, None])
def test_digests(tmp_path: Path, value: object) -> None:
    document = copy.deepcopy(GOOD)
    of_file(digest=value)(document)
    assert "tables.0.files.0.digest" in fault(tmp_path, document)


@pytest.mark.parametrize(
    "value", ["", SHA256[:-1], SHA256 + "0", SHA256.upper(), SHA256[:-1] + "g", SHA256 + "\n", None]
)
def test_hashes(tmp_path: Path, value: object) -> None:
    document = copy.deepcopy(GOOD)
    of_file(sha256=value)(document)
    assert "tables.0.files.0.sha256" in fault(tmp_path, document)


PATHS = [
    "",
    "0001.csv",
    "/0001.csv",
    "/etc/passwd",
    "/etc/0001.csv",
    "//etc/0001.csv",
    "../0001.csv",
    "./0001.csv",
    "../../etc/0001.csv",
    "t/../0001.csv",
    "t/../../0001.csv",
    "t/./0001.csv",
    "t//0001.csv",
    "t/u/0001.csv",
    ".ssh/0001.csv",
    "~/0001.CSV",
    "t/0001.csv/",
    "t/0001.csv\n",
    "t/0001.csv\x00",
    "t\x00/0001.csv",
    "t\n/0001.csv",
    "t\x1b[2J/0001.csv",
    "t\u202e/0001.csv",
    "t\u2028/0001.csv",
    "t/001.csv",
    "t/0000001.csv",
    "t/٠٠٠١.csv",
    "t/0001.CSV",
    "t/0001.csv.part",
    "t/manifest.json",
    "file:///etc/0001.csv",
    "t" * 201 + "/0001.csv",
    None,
    1,
]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: ascii(path)[:30])
def test_paths(tmp_path: Path, path: object) -> None:
    document = copy.deepcopy(GOOD)
    of_file(path=path)(document)
    assert "tables.0.files.0" in fault(tmp_path, document)


@pytest.mark.parametrize(
    "path", ["t/0001.csv", "query-result-cache/123456.csv", "Großer Tisch/0001.csv", "t\\u/0001.csv"]
)
def test_paths_that_stay_inside(tmp_path: Path, path: str) -> None:
    document = copy.deepcopy(GOOD)
    of_file(path=path)(document)
    assert read(tmp_path, document).table("t").files[0].path == path


def test_no_manifest(tmp_path: Path) -> None:
    with pytest.raises(ViolationError, match=r"manifest\.json: cannot be read \(No such file or directory\)"):
        manifest.read(tmp_path)
    (tmp_path / "manifest.json").mkdir()
    with pytest.raises(ViolationError, match=r"manifest\.json: cannot be read \(Is a directory\)"):
        manifest.read(tmp_path)
