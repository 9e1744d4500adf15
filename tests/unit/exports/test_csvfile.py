"""CSV files: every byte of a value survives, NULL and '' differ, a file is complete or not there."""

import csv
import hashlib
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runner.exports import csvfile
from runner.exports.csvfile import Written
from runner.mysql.packets import Row
from tests.corpus.tables import column

ID = column("id", "int", "integer", nullable=False)
TEXT = column("words", "text", "text")
BLOB = column("bytes", "blob", "bytea")
COLUMNS = (ID, TEXT, BLOB)
ONE = b"000000000000001"


def write(path: Path, *rows: Row, digest: bytes | None = ONE) -> Written:
    return csvfile.write(path, COLUMNS, ([*row, digest] for row in rows))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "t" / "0001.csv"


@pytest.mark.parametrize(
    ("row", "record"),
    [
        pytest.param([b"1", None, None], b"1,,", id="NULL"),
        pytest.param([b"1", b"", b""], b'1,"",\\x', id="empty"),
        pytest.param([b"-7", b'say "hi"', b"\x00\xff"], b'-7,"say ""hi""",\\x00ff', id="quotes and bytes"),
        pytest.param([b"1", b'"', None], b'1,"""",', id="one quote"),
        pytest.param([b"1", b"a\r\nb\nc\rd", None], b'1,"a\r\nb\nc\rd",', id="line ends"),
        pytest.param([b"1", b"a,b;c\t\\.", None], b'1,"a,b;c\t\\.",', id="separators"),
        pytest.param([b"1", b"\\.", b"\\."], b'1,"\\.",\\x5c2e', id="end of data of COPY"),
        pytest.param([b"1", b"a\x00b", None], b'1,"a\x00b",', id="NUL"),
        pytest.param([b"1", b" x ", None], b'1," x ",', id="blanks"),
        pytest.param([b"1", b"NULL", None], b'1,"NULL",', id="the word NULL"),
        pytest.param([b"1", "é😀\u2028".encode(), None], '1,"é😀\u2028",'.encode(), id="UTF-8"),
    ],
)
def test_one_record(path: Path, row: Row, record: bytes) -> None:
    written = write(path, row)
    assert path.read_bytes() == record + b"\n"
    assert (written.rows, written.bytes, written.longest_line) == (1, len(record) + 1, len(record) + 1)


@pytest.mark.parametrize(
    ("source_type", "target_type", "value", "spelled"),
    [
        ("char(36)", "uuid", b"AB", b'"AB"'),
        ("varchar(9)", "character varying(9)", b"12", b'"12"'),
        ("char(9)", "character(9)", b"12", b'"12"'),
        ("json", "json", b'{"a": "\'"}', b"'{\"a\": \"''\"}'"),
        ("json", "jsonb", b"12", b"'12'"),
        ("int", "integer", b"12", b"12"),
        ("bigint", "bigint", b"-12", b"-12"),
        ("decimal(3,1)", "numeric(3,1)", b"1.0", b"1.0"),
        ("tinyint", "boolean", b"0", b"0"),
        ("datetime(6)", "timestamp without time zone", b"2020-01-01 00:00:00.000000", b"2020-01-01 00:00:00.000000"),
        ("blob", "bytea", b"12", b"\\x3132"),
    ],
)
def test_characters_are_quoted_and_nothing_else(
    path: Path, source_type: str, target_type: str, value: bytes, spelled: bytes
) -> None:
    csvfile.write(path, (column("v", source_type, target_type),), [[value, ONE], [None, ONE]])
    assert path.read_bytes() == spelled + b"\n\n"


def test_a_label_is_quoted(path: Path) -> None:
    csvfile.write(path, (column("v", "enum('a')", "kind", labels=("a",)),), [[b"a", ONE]])
    assert path.read_bytes() == b'"a"\n'


def test_no_row_makes_an_empty_file(path: Path) -> None:
    written = write(path)
    assert path.read_bytes() == b""
    assert written == Written(0, 0, hashlib.sha256(b"").hexdigest(), 0, 0, '"')


def test_what_is_written_is_what_is_told(path: Path) -> None:
    # More than two blocks, one of them ended by a record that alone is larger than a block.
    texts = [b"x" * size for size in (10, (1 << 20) - 8, 3 << 20, 0, 700_000, 700_000, 5)]
    rows: list[Row] = [[b"%d" % number, text, None, b"%015x" % number] for number, text in enumerate(texts)]
    written = csvfile.write(path, COLUMNS, (list(row) for row in rows))
    content = path.read_bytes()
    assert content == b"".join(b'%s,"%s",\n' % (row[0], row[1]) for row in rows)
    assert written == Written(
        rows=7,
        bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        longest_line=(3 << 20) + 6,
        digest=sum(range(7)),
        quote='"',
    )


def test_the_digest_is_summed_beyond_64_bits(path: Path) -> None:
    written = csvfile.write(path, (ID,), ([b"1", b"f" * 15] for _ in range(40)))
    assert written.digest == 40 * (2**60 - 1)


def test_a_row_without_a_digest_leaves_no_file(path: Path) -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        write(path, [b"1", b"x", None], digest=None)
    assert not path.exists()


def test_a_row_with_a_column_too_few_leaves_no_file(path: Path) -> None:
    with pytest.raises(ValueError, match="zip"):
        write(path, [b"1", b"x"])
    assert not path.exists()


def test_rows_that_end_in_an_error_leave_no_file(path: Path) -> None:
    def rows() -> Iterator[Row]:
        for number in range(3):
            yield [b"%d" % number, b"x" * (1 << 20), None, ONE]  # enough to have been flushed
        raise ConnectionError

    with pytest.raises(ConnectionError):
        csvfile.write(path, COLUMNS, rows())
    assert not path.exists()
    write(path, [b"1", None, None])
    assert path.read_bytes() == b"1,,\n"
    assert list(path.parent.iterdir()) == [path]


def test_an_earlier_file_stays_when_the_new_one_fails(path: Path) -> None:
    write(path, [b"1", b"first", None])
    with pytest.raises(ValueError, match="invalid literal"):
        write(path, [b"1", b"second", None], digest=None)
    assert path.read_bytes() == b'1,"first",\n'


def test_the_file_has_no_name_before_its_end(path: Path) -> None:
    def rows() -> Iterator[Row]:
        yield [b"1", b"x" * (2 << 20), None, ONE]
        assert not path.exists()
        yield [b"2", None, None, ONE]

    assert csvfile.write(path, COLUMNS, rows()).rows == 2


def test_a_link_in_the_place_of_the_half_file_is_not_followed(path: Path, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("mine")
    path.parent.mkdir()
    path.with_name("0001.csv.part").symlink_to(victim)
    with pytest.raises(OSError, match="symbolic links"):
        write(path, [b"1", None, None])
    assert victim.read_text() == "mine"


def test_files_and_folders_are_private(path: Path) -> None:
    write(path, [b"1", None, None])
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


@settings(deadline=None, max_examples=40)
@given(
    rows=st.lists(st.tuples(st.integers(), st.text(), st.none() | st.text() | st.text("'\"\n,x")), max_size=20),
    kind=st.sampled_from(["text", "json"]),
)
def test_a_csv_reader_finds_every_text_again(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[int, str, str | None]], kind: str
) -> None:
    path = tmp_path_factory.getbasetemp() / "csv" / "0001.csv"
    columns = (ID, column("a", "text", "text"), column("b", kind, kind))
    values = [[str(row[0]).encode(), *(None if text is None else _utf8(text) for text in row[1:])] for row in rows]
    mark = csvfile.write(path, columns, ([*row, ONE] for row in values)).quote
    assert mark == ("'" if kind == "json" else '"')
    text = path.read_bytes().decode("utf-8", "surrogatepass")
    read = list(csv.reader(io.StringIO(text, newline=""), strict=True, quotechar=mark))
    assert [[_utf8(field) for field in record] for record in read] == [
        [value if value is not None else b"" for value in row] for row in values
    ]
    # What csv.reader cannot tell: NULL is the bare empty field at the end.
    ends = [record.endswith(b",") for record in _records(path.read_bytes(), mark)]
    assert ends == [row[2] is None for row in values]


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _records(content: bytes, mark: str) -> list[bytes]:
    records, start, quoted = [], 0, False
    for position, byte in enumerate(content):
        quoted ^= byte == ord(mark)
        if byte == ord("\n") and not quoted:
            records.append(content[start:position])
            start = position + 1
    return records
