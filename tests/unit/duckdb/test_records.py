"""The line on which a record begins, however many lines the records before it span."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runner.duckdb import records
from runner.duckdb.records import line_of_record
from runner.exports import csvfile
from tests.corpus.tables import column

COLUMNS = (column("id", "int", "integer"), column("words", "text", "text"))


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        (b"1,\n2,\n3,\n", [1, 2, 3]),
        (b'1,"a\nb"\n2,"\n\n\n"\n3,""\n', [1, 3, 7]),
        (b'1,"a""\n""b"\n2,""""\n3,"\r\n"\n4,\n', [1, 3, 4, 6]),
        (b'"""\n",1\n"\n""",2\n', [1, 3]),
        (b"1,\r\n2,\r\n", [1, 2]),
        (b"\n\n\n", [1, 2, 3]),
    ],
)
def test_lines(tmp_path: Path, content: bytes, lines: list[int]) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    assert [line_of_record(path, record) for record in range(1, len(lines) + 1)] == lines


def test_a_record_that_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "0001.csv"
    path.write_bytes(b"1,\n2,\n")
    with pytest.raises(ValueError, match=r"0001\.csv has no record 9"):
        line_of_record(path, 9)


def test_quotes_are_followed_from_block_to_block(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    path.write_bytes(b'1,"a\n""\n"\n2,x\n3,"\n"\n4,\n')
    for size in range(1, 8):
        monkeypatch.setattr(records, "_BLOCK", size)
        assert [line_of_record(path, record) for record in (1, 2, 3, 4)] == [1, 4, 5, 7]


def test_a_file_quoted_by_apostrophes(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"1,'a\n''\"\n'\n2,x\n3,'\n'\n4,\n")
    assert [line_of_record(path, record, "'") for record in (1, 2, 3, 4)] == [1, 4, 5, 7]


@settings(deadline=None, max_examples=40)
@given(texts=st.lists(st.none() | st.text(alphabet='a"\n\r,'), min_size=1, max_size=8))
def test_as_many_lines_as_the_values_before_it_have(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str | None]
) -> None:
    path = tmp_path_factory.getbasetemp() / "records" / "0001.csv"
    csvfile.write(path, COLUMNS, ([b"1", text.encode() if text is not None else None, b"1"] for text in texts))
    expected = 1
    for number, text in enumerate(texts, start=1):
        assert line_of_record(path, number) == expected
        expected += 1 + (text or "").count("\n")
