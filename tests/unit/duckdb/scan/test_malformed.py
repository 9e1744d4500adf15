"""A file that is no CSV of its table is told as such, with the line where it ceases to be one."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from runner.duckdb import staging
from runner.duckdb.scan import scan
from runner.manifest import File
from runner.mapping import TableMapping
from tests.corpus.row_text import Row
from tests.corpus.scanned import SECRET, TABLE, fault, with_values
from tests.corpus.tables import column, described, exported, table

LINED = table(
    column("id", "int", "integer"),
    column("w", "varchar(9)", "character varying(9)"),
    column("x", "longtext", "text"),
)
OF_JSON = table(*LINED.columns[:2], column("x", "json", "json"))
LINED_ROWS: list[Row] = [[b"%d" % number, b"word %d" % number, SECRET.encode()] for number in (1, 2, 3, 4)]
MALFORMED: dict[str, tuple[bytes, bytes | None]] = {
    "an open quote": (b'"word 3"', b'"word 3'),
    "a quote too many": (b'"word 3"', b'"word 3""'),
    "something after a quote": (b'"word 3"', b'"word 3"x'),
    "a field too few": (b'"word 3",', b""),
    "a field too many": (b'"word 3"', b'"word 3",x'),
    "no UTF-8": (b"word 3", b"word \xff"),
    "half a character": (b"word 3", b"word \xc3"),
    "a surrogate": (b"word 3", b"\xed\xa0\x80"),
    "cut in a record": (b'ord 3"', None),
}


@pytest.mark.parametrize("mapping", [LINED, OF_JSON], ids=["text", "json"])
@pytest.mark.parametrize("name", MALFORMED)
def test_malformed_csv(engine: duckdb.DuckDBPyConnection, tmp_path: Path, name: str, mapping: TableMapping) -> None:
    file = exported(tmp_path, mapping, LINED_ROWS)
    path, mark = tmp_path / file.path, file.quote.encode()
    old, new = (part and part.replace(b'"', mark) for part in MALFORMED[name])
    assert old
    content = path.read_bytes()
    path.write_bytes(content[: content.index(old)] if new is None else content.replace(old, new))
    (violation,) = fault(engine, mapping, described(tmp_path, file), tmp_path).violations
    assert (violation.kind, violation.file, violation.line) == ("malformed_csv", "t/0001.csv", 3)


def test_other_quotes_than_the_manifest_says(engine: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    file = exported(tmp_path, OF_JSON, [[b"1", b"word", b'{"a": "it\'s"}']])
    assert file.quote == "'"
    assert scan(engine, OF_JSON, file, tmp_path).rows == 1
    fault(engine, OF_JSON, file.model_copy(update={"quote": '"'}), tmp_path)


def test_json_of_an_export_that_says_nothing_of_quotes(engine: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    file = exported(tmp_path, OF_JSON, [[b"1", b"word", b'{"a": "it\'s"}']])
    (tmp_path / file.path).write_bytes(b'1,"word","{""a"": ""it\'s""}"\n')
    entry = described(tmp_path, file).model_dump(exclude={"quote"})
    assert scan(engine, OF_JSON, File(**entry), tmp_path).rows == 1


def test_another_separator(engine: duckdb.DuckDBPyConnection, file: File, tmp_path: Path) -> None:
    path = tmp_path / file.path
    path.write_bytes(path.read_bytes().replace(b",", b";"))
    fault(engine, TABLE, described(tmp_path, file), tmp_path)


def test_a_header(engine: duckdb.DuckDBPyConnection, file: File, tmp_path: Path) -> None:
    path = tmp_path / file.path
    header = ",".join(one.name for one in TABLE.columns).encode()
    path.write_bytes(header + b"\n" + path.read_bytes())
    assert "holds 5 records" in str(fault(engine, TABLE, described(tmp_path, file), tmp_path))


def test_every_line_ended_by_cr_lf(engine: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    mapping = table(column("id", "int", "integer"), column("w", "varchar(9)", "character varying(9)"))
    file = exported(tmp_path, mapping, [[b"1", b"a"], [b"2", b"b"]])
    path = tmp_path / file.path
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    fault(engine, mapping, described(tmp_path, file), tmp_path)


def test_a_line_of_three_megabytes(engine: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    rows = with_values((0, "words", b"'\n" * 1_100_000), (2, "b", b"\xff" * 1_100_000))
    file = exported(tmp_path, TABLE, rows)
    assert file.longest_line > 3_000_000 > staging._DEFAULT_LINE
    assert scan(engine, TABLE, file, tmp_path).rows == 4
    shorter = file.model_copy(update={"longest_line": 100})
    assert fault(engine, TABLE, shorter, tmp_path).violations[0].kind == "malformed_csv"


def test_a_file_that_is_gone(engine: duckdb.DuckDBPyConnection, file: File, tmp_path: Path) -> None:
    (tmp_path / file.path).unlink()
    assert "cannot be read: see that it is there" in str(fault(engine, TABLE, file, tmp_path))
