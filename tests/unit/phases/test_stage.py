"""One scan of a file finds every way in which it may not be what the source sent, and says where."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from runner import manifest
from runner.duckdb import scan as scanning
from runner.duckdb import staging
from runner.duckdb.engine import open_engine
from runner.duckdb.jsonb import jsonb_text
from runner.duckdb.scan import place, refused, scan
from runner.errors import UsageError, Violation, ViolationError
from runner.manifest import File, Manifest, Snapshot, Source, Table
from runner.mapping import ColumnMapping, TableMapping
from runner.phases import stage
from runner.phases.stage import Stager
from runner.postgres.landing import Staged
from runner.run import Run, make_private
from runner.settings import Address
from tests.corpus import row_text
from tests.corpus.row_text import Row
from tests.corpus.tables import SYSTEM, column, described, exported, override, table

SECRET = "never to be shown"
TIMESTAMP = "timestamp without time zone"
BOARD = "".join(map(chr, zlib.compress(SECRET.encode()))).encode()
WHERE = Address("postgresql", "h", 1, "u", SecretStr("p"), "d")

TABLE = table(
    column("id", "int", "integer", nullable=False),
    column("u", "char(36)", "uuid"),
    column("words", "longtext", "text"),
    column("short", "varchar(20)", "character varying(20)", nullable=False),
    column("flag", "tinyint(1)", "boolean"),
    column("price", "decimal(3,1)", "numeric(3,1)"),
    column("at", "datetime(6)", TIMESTAMP),
    column("j", "json", "json"),
    column("b", "blob", "bytea"),
    column("kind", "enum('a','b')", "kind", labels=("a", "b")),
)
ROWS: list[Row] = [
    [
        number,
        b"0195a3b0-0000-7000-8000-00000000000" + number,
        SECRET.encode() + b"\n\r\n" + number,
        b"short " + number,
        b"1",
        b"-1.5",
        b"2020-02-29 23:59:59.99999" + number,
        b'{"a": "' + SECRET.encode() + number + b'"}',
        b"\x00\xff" + number,
        b"a",
    ]
    for number in (b"1", b"2", b"3", b"4")
]
LINES_OF_A_ROW = 3


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_engine(tmp_path_factory.mktemp("scratch"), 0) as engine:
        yield engine


@pytest.fixture
def file(tmp_path: Path) -> File:
    return exported(tmp_path, TABLE, ROWS)


def fault(engine: duckdb.DuckDBPyConnection, mapping: TableMapping, file: File, folder: Path) -> ViolationError:
    """The error that the scan ends in, which shows no value."""
    with pytest.raises(ViolationError) as caught:
        scan(engine, mapping, file, folder)
    message = str(caught.value)
    assert f"{SYSTEM}.t" in message
    assert file.path in message
    assert SECRET not in message + "".join(map(str, caught.value.violations))
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    return caught.value


def test_a_good_file(engine: duckdb.DuckDBPyConnection, file: File, tmp_path: Path) -> None:
    found = scan(engine, TABLE, file, tmp_path)
    assert (found.rows, found.touched) == (4, {})
    assert found.value_digest == int(file.digest) == row_text.total(TABLE.columns, ROWS)


def test_an_empty_file(engine: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    found = scan(engine, TABLE, exported(tmp_path, TABLE, []), tmp_path)
    assert (found.rows, found.value_digest, found.touched) == (0, 0, {})


def test_a_line_longer_than_the_memory_of_other_files(
    engine: duckdb.DuckDBPyConnection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mapping = table(column("id", "int", "integer"), column("w", "text", "text"))
    file = exported(tmp_path, mapping, [[b"1", b'"\n' * 12_000_000], [b"2", b"short"]])
    monkeypatch.setattr("runner.duckdb.engine._MEMORY", 20_000_000)
    sizes: list[int] = []
    assert scan(engine, mapping, file, tmp_path, lambda block: sizes.append(len(block))).rows == 2
    assert sum(sizes) > 24_000_000
    monkeypatch.setattr("runner.duckdb.engine._BUFFERS", 0)
    assert "OutOfMemory" in str(fault(engine, mapping, file, tmp_path))


def test_nothing_but_null(engine: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    mapping = table(*(column(name, "text", "text") for name in "abc"), key=())
    assert scan(engine, mapping, exported(tmp_path, mapping, [[None] * 3] * 5), tmp_path).rows == 5


FAULTS: list[tuple[str, bytes | None, str]] = [
    ("id", None, "null_in_not_null"),
    ("id", b"2147483648", "not_a_number_of_its_type"),
    ("id", b"x", "not_a_number_of_its_type"),
    ("u", b"", "not_a_uuid"),
    ("u", b"0195a3b000007000800000000000000f", "not_a_uuid"),
    ("words", b"a\x00b", "nul_in_text"),
    ("short", b"x" * 21, "too_long"),
    ("short", "é".encode() * 21, "too_long"),
    ("short", b"\x00", "nul_in_text"),
    ("short", None, "null_in_not_null"),
    ("flag", b"2", "not_a_boolean"),
    ("price", b"100.0", "not_a_number_of_its_type"),
    ("price", b"1.25", "not_a_number_of_its_type"),
    ("at", b"0000-00-00 00:00:00.000000", "not_a_timestamp"),
    ("at", b"2021-02-29 00:00:00.000000", "not_a_timestamp"),
    ("kind", b"", "unknown_label"),
    ("kind", b"c", "unknown_label"),
]


def with_values(*values: tuple[int, str, bytes | None]) -> list[Row]:
    rows = [list(row) for row in ROWS]
    for number, name, value in values:
        rows[number][[one.name for one in TABLE.columns].index(name)] = value
    return list(rows)


@pytest.mark.parametrize(("name", "value", "kind"), FAULTS)
def test_a_faulty_value(
    engine: duckdb.DuckDBPyConnection, tmp_path: Path, name: str, value: bytes | None, kind: str
) -> None:
    file = exported(tmp_path, TABLE, with_values((2, name, value)))
    error = fault(engine, TABLE, file, tmp_path)
    (violation,) = error.violations
    mapped = next(one for one in TABLE.columns if one.name == name)
    assert violation == Violation(
        system=SYSTEM,
        table="t",
        column=name,
        kind=kind,
        rows=1,
        rule=f"{mapped.rule} to {mapped.target_type}",
        sample_keys=((value or b"").decode() if name == "id" else "3",),
        file="t/0001.csv",
        line=1 + 2 * LINES_OF_A_ROW,
        remedy="mend the rows in the source, or add a rule for the column, and run again",
    )
    assert str(error) == f"stage: {violation}"


def test_every_fault_of_a_file_is_told(engine: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    faults = ((0, "flag", b"2"), (1, "flag", b"3"), (3, "flag", b"x"), (1, "j", b"{"), (2, "short", b"\0" * 21))
    file = exported(tmp_path, TABLE, with_values(*faults))
    violations = fault(engine, TABLE, file, tmp_path).violations
    assert [(one.column, one.kind, one.rows, one.sample_keys, one.line) for one in violations] == [
        ("short", "too_long", 1, ("3",), 7),
        ("short", "nul_in_text", 1, ("3",), 7),
        ("flag", "not_a_boolean", 3, ("1", "2", "4"), 1),
        ("j", "not_json", 1, ("2",), 4),
    ]


@pytest.mark.parametrize(("value", "kind"), [(b"", "not_json"), (b"{", "not_json"), (b'["\0"]', "not_json")])
def test_json_is_left_to_postgres_and_known_afterwards(
    engine: duckdb.DuckDBPyConnection, tmp_path: Path, value: bytes, kind: str
) -> None:
    file = exported(tmp_path, TABLE, with_values((2, "j", value)))
    assert scan(engine, TABLE, file, tmp_path).rows == len(ROWS)
    violations = refused(engine, TABLE, file, tmp_path)
    assert (violations[0].column, violations[0].kind, violations[0].sample_keys) == ("j", kind, ("3",))
    assert violations[0].line == 1 + 2 * LINES_OF_A_ROW


def test_a_record_is_found_by_its_number(engine: duckdb.DuckDBPyConnection, file: File, tmp_path: Path) -> None:
    assert place(engine, TABLE, file, tmp_path, 1) == ("1", 1)
    assert place(engine, TABLE, file, tmp_path, 4) == ("4", 1 + 3 * LINES_OF_A_ROW)


def test_no_more_than_twenty_keys(engine: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    columns = (column("id", "int", "integer"), column("w", "text", "text"), column("f", "tinyint", "boolean"))
    mapping = table(*columns, key=("id", "w"))
    rows: list[Row] = [[str(number).encode(), b"k" if number % 2 else None, b"7"] for number in range(50)]
    (violation,) = fault(engine, mapping, exported(tmp_path, mapping, rows), tmp_path).violations
    assert violation.rows == 50
    assert violation.sample_keys == tuple(f"{number}/{'k' if number % 2 else ''}" for number in range(20))


Change = Callable[[list[Row]], object]


def swap_rows(rows: list[Row]) -> None:
    rows[0], rows[3] = rows[3], rows[0]


def swap_values(rows: list[Row]) -> None:
    first, second = list(rows[0]), list(rows[1])
    first[2], second[2] = second[2], first[2]
    rows[:2] = [first, second]


def swap_columns(rows: list[Row]) -> None:
    row = list(rows[0])
    row[2], row[3] = row[3], row[2][:20] if row[2] else None
    rows[0] = row


def of_row(position: int, value: bytes | None) -> Change:
    def change(rows: list[Row]) -> None:
        rows[1] = [*rows[1][:position], value, *rows[1][position + 1 :]]

    return change


CHANGES: list[tuple[str, Change]] = [
    ("a record dropped and another there twice", lambda rows: rows.__setitem__(0, rows[1])),
    ("values of two rows exchanged", swap_values),
    ("values of two columns exchanged", swap_columns),
    ("NULL to empty", of_row(2, b"")),
    ("value to NULL", of_row(6, None)),
    ("line break to blank", of_row(2, SECRET.encode() + b"   2")),
    ("CR LF to LF", of_row(2, SECRET.encode() + b"\n\n2")),
    ("a blank at the end", of_row(3, b"short 2 ")),
    ("another case", of_row(3, b"Short 2")),
    ("decomposed characters", of_row(3, b"s\xcc\x81hort 2")),
    ("one microsecond", of_row(6, b"2020-02-29 23:59:59.999993")),
    ("another number", of_row(5, b"-1.6")),
    ("another truth", of_row(4, b"0")),
    ("JSON spelled otherwise", of_row(7, b'{"a":"' + SECRET.encode() + b'2"}')),
    ("a byte of a blob", of_row(8, b"\x00\xfe2")),
    ("another label", of_row(9, b"b")),
]


@pytest.mark.parametrize("change", [change for _, change in CHANGES], ids=[name for name, _ in CHANGES])
def test_legal_values_that_are_not_the_sources(
    engine: duckdb.DuckDBPyConnection, file: File, tmp_path: Path, change: Change
) -> None:
    rows = list(ROWS)
    change(rows)
    assert rows != ROWS
    exported(tmp_path, TABLE, rows)
    mended = described(tmp_path, file)
    error = fault(engine, TABLE, mended, tmp_path)
    assert "its digest is not the one the source computed" in str(error)
    with pytest.raises(ViolationError):
        manifest.verify_file(tmp_path, file)
    manifest.verify_file(tmp_path, mended)


def test_the_order_of_records_does_not_matter(engine: duckdb.DuckDBPyConnection, file: File, tmp_path: Path) -> None:
    rows = list(ROWS)
    swap_rows(rows)
    exported(tmp_path, TABLE, rows)
    assert scan(engine, TABLE, described(tmp_path, file), tmp_path).rows == 4


@pytest.mark.parametrize(
    ("rows", "count"), [(ROWS[:3], 3), ([*ROWS, ROWS[0]], 5), ([], 0)], ids=["dropped", "duplicated", "emptied"]
)
def test_records_too_few_or_too_many(
    engine: duckdb.DuckDBPyConnection, file: File, tmp_path: Path, rows: list[Row], count: int
) -> None:
    exported(tmp_path, TABLE, rows)
    assert f"holds {count} records, the manifest says 4" in str(
        fault(engine, TABLE, described(tmp_path, file), tmp_path)
    )
    assert "its digest is not the one" in str(fault(engine, TABLE, described(tmp_path, file, rows=count), tmp_path))


def test_any_changed_byte_is_found(engine: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    mapping = table(
        column("id", "int", "integer"),
        column("u", "char(36)", "uuid"),
        column("w", "varchar(9)", "character varying(9)"),
        column("j", "json", "jsonb"),
        column("b", "blob", "bytea"),
        column("n", "int", "integer"),
    )
    row: Row = [b"7", b"0195a3b0-0000-7000-8000-00000000000a", "é\n,".encode(), b'{"a": 1.0}', b"\xab", None]
    file = exported(tmp_path, mapping, [row])
    path = tmp_path / file.path
    content = path.read_bytes()
    for position in range(len(content)):
        changed = bytearray(content)
        changed[position] ^= 1
        path.write_bytes(changed)
        fault(engine, mapping, described(tmp_path, file), tmp_path)


LINED = table(
    column("id", "int", "integer"),
    column("w", "varchar(9)", "character varying(9)"),
    column("x", "longtext", "text"),
)
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


@pytest.mark.parametrize("name", MALFORMED)
def test_malformed_csv(engine: duckdb.DuckDBPyConnection, tmp_path: Path, name: str) -> None:
    file = exported(tmp_path, LINED, LINED_ROWS)
    path, (old, new) = tmp_path / file.path, MALFORMED[name]
    content = path.read_bytes()
    path.write_bytes(content[: content.index(old)] if new is None else content.replace(old, new))
    (violation,) = fault(engine, LINED, described(tmp_path, file), tmp_path).violations
    assert (violation.kind, violation.file, violation.line) == ("malformed_csv", "t/0001.csv", 3)


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
    rows = with_values((0, "words", b'"\n' * 1_100_000), (2, "b", b"\xff" * 1_100_000))
    file = exported(tmp_path, TABLE, rows)
    assert file.longest_line > 3_000_000 > staging._DEFAULT_LINE
    assert scan(engine, TABLE, file, tmp_path).rows == 4
    shorter = file.model_copy(update={"longest_line": 100})
    assert fault(engine, TABLE, shorter, tmp_path).violations[0].kind == "malformed_csv"


def test_a_fault_behind_many_lines(engine: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    rows = with_values((0, "words", b"\n" * 200_000), (3, "flag", b"2"))
    (violation,) = fault(engine, TABLE, exported(tmp_path, TABLE, rows), tmp_path).violations
    assert (violation.line, violation.sample_keys) == (200_002 + 2 * LINES_OF_A_ROW, ("4",))


def test_a_file_that_is_gone(engine: duckdb.DuckDBPyConnection, file: File, tmp_path: Path) -> None:
    (tmp_path / file.path).unlink()
    assert "cannot be read: see that it is there" in str(fault(engine, TABLE, file, tmp_path))


def test_the_digest_in_value_form(engine: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    mapping = table(column("id", "int", "integer"), column("j", "json", "jsonb"))
    rows: list[Row] = [[b"1", b'{"b":1e2,"a":2}'], [b"2", None], [b"3", b'{"a": 1}']]
    found = scan(engine, mapping, exported(tmp_path, mapping, rows), tmp_path)
    by_value: list[Row] = [[b"1", b'{"a": 2, "b": 100}'], [b"2", None], [b"3", b'{"a": 1}']]
    assert found.value_digest == row_text.total(mapping.columns, by_value) != row_text.total(mapping.columns, rows)
    assert found.touched == {("jsonb", "j"): 1}


CHANGING = table(
    column("id", "int", "integer", nullable=False),
    column("u", "char(36)", "uuid"),
    column("j", "json", "jsonb"),
    column("board", "longtext", "text", override=override("board", "whiteboard_base64")),
    column("empty", "varchar(9)", "character varying(9)", override=override("empty", "null_if_empty")),
    column("nul", "longtext", "text", override=override("nul", "strip_nul")),
    column("cut", "varchar(9)", "character varying(2)", override=override("cut", "truncate", "2")),
    column("at", "datetime", TIMESTAMP, override=override("at", "null_if_zero_date")),
    column("plain", "varchar(9)", "character varying(9)"),
)
TEXTS = st.text(alphabet="aB é😀", max_size=4)
CHANGING_ROWS = st.lists(
    st.tuples(
        st.none() | st.sampled_from(["0195a3b0-0000-7000-8000-00000000000a", "0195A3B0-0000-7000-8000-00000000000a"]),
        st.none() | st.sampled_from(['{"a": 1}', '{"a":1}', "1.0", "1e1", "null", '"x"']),
        st.none() | st.sampled_from(["", BOARD.decode()]),
        st.none() | TEXTS,
        st.none() | st.text(alphabet="a\0", max_size=3),
        st.none() | TEXTS,
        st.none() | st.sampled_from(["0000-00-00 00:00:00", "2020-01-01 00:00:00"]),
        st.none() | TEXTS,
    ),
    max_size=30,
)


@settings(deadline=None, max_examples=25)
@given(rows=CHANGING_ROWS)
def test_the_values_that_change_are_those_that_rules_count(
    engine: duckdb.DuckDBPyConnection, tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str | None, ...]]
) -> None:
    folder = tmp_path_factory.getbasetemp()
    sent: list[Row] = [
        [str(number).encode(), *(None if value is None else value.encode() for value in row)]
        for number, row in enumerate(rows)
    ]
    file = exported(folder, CHANGING, sent)
    found = scan(engine, CHANGING, file, folder)
    arriving = engine.execute(
        f"SELECT {', '.join(map(_arriving, CHANGING.columns))} FROM {scanning._reader(CHANGING, file, folder)} "
        "ORDER BY id::INTEGER"
    ).fetchall()
    changed = {
        one.name: sum(before != after for before, after in pairs)
        for position, one in enumerate(CHANGING.columns)
        if (
            pairs := [
                (None if row[position] is None else (row[position] or b"").decode(), result[position])
                for row, result in zip(sent, arriving, strict=True)
            ]
        )
    }
    assert {name: number for (_, name), number in found.touched.items()} == {
        name: number for name, number in changed.items() if number
    }


def _arriving(mapped: ColumnMapping) -> str:
    """What Postgres will print for a value: what is loaded, and what its type makes of that."""
    loaded = staging.loaded(mapped)
    return {"uuid": f"lower({loaded})", "jsonb": f"jsonb_text({loaded})"}.get(mapped.rule, loaded)


def test_the_functions_of_an_engine(engine: duckdb.DuckDBPyConnection) -> None:
    row = engine.execute("SELECT jsonb_text(NULL), jsonb_text('{'), jsonb_text('[1 ]'), whiteboard_base64(NULL)")
    assert row.fetchone() == (None, None, "[1]", None)
    assert jsonb_text("[1 ]") == "[1]"


@pytest.fixture
def stager(tmp_path: Path) -> Stager:
    limited = table(
        column("id", "int", "integer"),
        column("w", "text", "text", override=override("w", "strip_nul", max_rows=2)),
        name="limited",
    )
    mappings = {SYSTEM: {"t": TABLE, "limited": limited}}
    return Stager(Run("id", tmp_path), {SYSTEM: WHERE}, mappings)


def listed(*tables: tuple[str, int]) -> dict[str, Manifest]:
    files = {
        name: tuple(
            File(path=f"{name}/{n:04d}.csv", rows=rows, bytes=99, sha256="0" * 64, longest_line=9, digest="1")
            for n in (1, 2)
        )
        for name, rows in tables
    }
    return {
        SYSTEM: Manifest(
            format=1,
            system=SYSTEM,
            source=Source(kind="mysql", version="9", database="d"),
            snapshot=Snapshot(taken_at="", method="global read lock", position={}),
            tables=tuple(Table(name=name, columns=("id",), files=found) for name, found in files.items()),
            skipped=(),
        )
    }


def accept(stager: Stager, manifests: dict[str, Manifest], **touched: int) -> None:
    for one in manifests[SYSTEM].tables:
        for file in one.files:
            task = stager.task(SYSTEM, file)
            counts = {("strip_nul", "w"): touched[one.name]} if one.name in touched else {}
            stager.accept(task, Staged(file.rows, 2**61, counts, 0.5))


def test_a_staged_file_goes_before_any_export(stager: Stager) -> None:
    file = listed(("t", 3))[SYSTEM].tables[0].files[0]
    task = stager.task(SYSTEM, file)
    assert task.weight > 1e15
    assert (task.mapping, task.where, task.lane) == (TABLE, WHERE, None)
    assert task.folder == stager._run.export_folder(SYSTEM)


def test_files_add_up_to_tables(stager: Stager) -> None:
    manifests = listed(("t", 3), ("limited", 4))
    accept(stager, manifests, limited=1)
    assert stager.finish(manifests) == {SYSTEM: {"t": 6, "limited": 8}}
    assert stager._run.read_result("stage", SYSTEM)["tables"] == {
        "t": {"rows": 6, "bytes": 198, "seconds": 1.0, "value_digest": str(2**62), "touched": []},
        "limited": {
            "rows": 8,
            "bytes": 198,
            "seconds": 1.0,
            "value_digest": str(2**62),
            "touched": [["strip_nul", "w", 2]],
        },
    }


def test_a_rule_that_touches_more_rows_than_it_may(stager: Stager) -> None:
    manifests = listed(("t", 3), ("limited", 4))
    accept(stager, manifests, limited=2)
    with pytest.raises(ViolationError, match="the rule allows 2 rows") as caught:
        stager.finish(manifests)
    (violation,) = caught.value.violations
    assert (violation.kind, violation.rows, violation.table, violation.column, violation.rule) == (
        "rule_limit_exceeded",
        4,
        "limited",
        "w",
        "strip_nul",
    )
    assert not stager._run.has_result("stage", SYSTEM)


def test_a_file_that_never_landed(stager: Stager) -> None:
    manifests = listed(("t", 3), ("limited", 4))
    accept(stager, listed(("t", 3)))
    with pytest.raises(ViolationError, match=r"toy\.limited: 0 rows landed, 8 were exported; stage again"):
        stager.finish(manifests)
    with pytest.raises(UsageError, match="has no result of stage"):
        stager._run.read_result("stage", SYSTEM)


def test_the_database_to_look_at(tmp_path: Path) -> None:
    run = Run("id", tmp_path)
    folder = run.export_folder(SYSTEM)
    make_private(folder)
    files = [exported(folder, TABLE, rows, number) for number, rows in ((1, ROWS[:2]), (2, ROWS[2:]))]
    manifests = listed(("t", 2))
    tables = (Table(name="t", columns=tuple(one.name for one in TABLE.columns), files=tuple(files)),)
    manifests[SYSTEM] = manifests[SYSTEM].model_copy(update={"tables": tables})
    for _ in range(2):
        path = stage.keep_database(run, {SYSTEM: [TABLE]}, manifests)
    assert path.stat().st_mode & 0o777 == 0o600
    with duckdb.connect(str(path), read_only=True) as engine:
        found = engine.execute("SELECT id, flag, b, u::VARCHAR FROM toy.t ORDER BY id").fetchall()
    assert found == [
        (number, True, b"\x00\xff%d" % number, f"0195a3b0-0000-7000-8000-00000000000{number}")
        for number in (1, 2, 3, 4)
    ]
