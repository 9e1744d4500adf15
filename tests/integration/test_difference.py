"""Differing rows are found between live engines by few digest queries, however many rows are the same."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from runner.mapping import TableMapping
from runner.proof import difference, sides
from runner.proof.difference import Found
from runner.proof.sides import Side
from runner.settings import Address
from runner.systems import LANDING
from tests.corpus import scratch, tables
from tests.corpus.tables import column
from tests.servers import Postgres, SourceServer

ROWS = 200_000
LARGE = 1_670_000
BIG = tables.table(
    column("id", "char(36)", "uuid", nullable=False),
    column("n", "int", "integer"),
    column("word", "varchar(20) character set latin1", "character varying(20)"),
    column("at", "datetime(6)", "timestamp without time zone"),
    name="big",
)
VALUES = tables.table(
    column("user", "int", "integer", nullable=False),
    column("order", "varchar(20)", "character varying(20)", nullable=False),
    column("doc", "json", "jsonb"),
    column("blob", "blob", "bytea"),
    key=("user", "order"),
    name='odd "values',
)
KEYLESS = tables.table(column("a", "int", "integer"), column("b", "text", "text"), key=(), name="keyless")
# Times in front, as in a UUIDv7: most of the first digits are the same for all rows.
FILL = (
    "insert into big with recursive digits as (select 0 as d union all select d + 1 from digits where d < 9) "
    "select concat('0195a3b0-', lpad(hex(n), 4, '0'), '-7000-8000-', left(sha2(n, 256), 12)), n, "
    "if(n % 7 = 0, null, concat('é', n)), '2020-01-01 00:00:00.000001' "
    "from (select a.d + 10 * b.d + 100 * c.d + 1000 * e.d + 10000 * f.d + 100000 * g.d as n "
    "from digits a, digits b, digits c, digits e, digits f, digits g where g.d < 2) as numbers"
)


@dataclass(frozen=True)
class Both:
    """The tables in a source and, the same, in a target."""

    source: Address
    target: Address
    folder: Path

    def change(self, *statements: str) -> list[list[Any]]:
        """Change the target; the rows that each statement returns."""
        with scratch.psycopg_connection(
            self.target, options=f"-c search_path={LANDING}", autocommit=True
        ) as connection:
            return [sorted(row[0] for row in connection.execute(one.encode())) for one in statements]

    def find(self, mapping: TableMapping, expected: AbstractContextManager[Side] | None = None) -> tuple[Found, int]:
        """What the comparison finds, and how many queries were really sent."""
        sent = 0

        def counted(side: Side) -> Side:
            fetch = side.fetch

            def count(query: str) -> sides.Rows:
                nonlocal sent
                sent += 1
                return fetch(query)

            side.fetch = count
            return side

        with (
            expected or sides.of_source(self.source, mapping) as left,
            sides.of_target(self.target, mapping, LANDING) as right,
        ):
            return difference.find(counted(left), counted(right)), sent


@pytest.fixture(scope="module")
def both(source_server: SourceServer, postgres17: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    name, password = f"difference_{secrets.token_hex(4)}", secrets.token_urlsafe(12)
    source_server.create_database(name)
    with source_server.connect(name) as connection, connection.cursor() as cursor:
        for one in (BIG, VALUES, KEYLESS):
            scratch.create(cursor, one)
        cursor.execute(FILL)
        cursor.execute('alter table `odd "values` drop primary key, add primary key (`user`, `order`)')
        cursor.executemany(
            'insert into `odd "values` values (%s, %s, %s, %s)',
            [(n, f"o/{n % 2}", f'{{"b": {n}.50, "a": [1e2]}}', bytes([n])) for n in range(100)],
        )
        cursor.execute("alter table keyless drop primary key, modify a int null")
        cursor.execute("insert into keyless values (1, 'x'), (2, 'y'), (null, null)")
        connection.commit()
    postgres17.create_role_and_database(name, password)
    made = Both(
        scratch.source_address(source_server.url(name)),
        scratch.target_address(postgres17.url(name, name, password)),
        tmp_path_factory.mktemp("difference"),
    )
    mappings = [BIG, VALUES, KEYLESS]
    files = scratch.exported(made.source, mappings, made.folder)
    scratch.landed(made.target, [(one, files[one.name]) for one in mappings], made.folder, made.folder / "scratch")
    yield made
    postgres17.drop_role_and_database(name)
    source_server.drop_database(name)


def test_nothing_differs(both: Both) -> None:
    found, sent = both.find(BIG)
    assert (found.keys, found.columns, sent) == ([], (), 2)


def test_one_byte_among_many_rows(both: Both) -> None:
    (keys,) = both.change("update big set word = 'ê77778' where n = 77778 returning id::text")
    found, sent = both.find(BIG)
    both.change("update big set word = 'é77778' where n = 77778 returning id::text")
    assert (list(found.changed), found.only_left, found.only_right) == (keys, (), ())
    assert found.columns == ("word",)
    assert found.asked == sent == difference.queries(ROWS)


def test_the_number_of_queries_grows_with_the_logarithm(both: Both) -> None:
    """The bound that the test above meets, for more rows than a test can make."""
    assert difference.queries(LARGE) < 30
    assert [difference.queries(1000 * 256**cuts) for cuts in range(4)] == [4, 6, 8, 10]
    with sides.of_target(both.target, BIG, LANDING) as side:
        sizes = [rows for rows, _ in side.parts([""], 2).values()]
    # A part is as large as the bound takes it for, give or take the chance of hashes.
    assert len(sizes) == difference.PARTS
    assert max(sizes) < 1.3 * ROWS / difference.PARTS


def test_changed_missing_and_added_rows_are_told_apart(both: Both) -> None:
    changed, gone, more = both.change(
        "update big set n = -n, at = at + interval '1 us' where n in (5, 6) returning id::text",
        "delete from big where n in (7, 8, 9) returning id::text",
        "insert into big select gen_random_uuid(), n, word, at from big where n = 10 returning id::text",
    )
    found, _ = both.find(BIG)
    both.change(
        f"delete from big where id = '{more[0]}' returning id::text",
        "update big set n = -n, at = at - interval '1 us' where n in (-5, -6) returning id::text",
    )
    assert (sorted(found.changed), sorted(found.only_left), list(found.only_right)) == (changed, gone, more)
    assert found.columns == ("n", "at")
    assert found.keys == sorted([*changed, *gone, *more])
    restored, _ = both.find(BIG)
    assert restored.keys == gone


def test_damage_all_over_the_table_is_counted_exactly(both: Both) -> None:
    (keys,) = both.change("update big set word = coalesce(word, '') || '.' where n % 3 = 1 returning id::text")
    found, sent = both.find(BIG)
    both.change(
        "update big set word = nullif(left(word, -1), '') where n % 3 = 1 returning id::text",
    )
    assert sorted(found.changed) == keys
    assert found.columns == ("word",)
    assert sent < 30


Expected = Callable[[Both], AbstractContextManager[Side]]


def _again(both: Both) -> AbstractContextManager[Side]:
    return sides.read_again(both.source, VALUES, both.folder / "scratch")


def test_jsonb_is_compared_by_value_with_rows_read_again(both: Both) -> None:
    found, _ = both.find(VALUES, _again(both))
    assert found.keys == []
    both.change(
        'update "odd ""values" set doc = jsonb_set(doc, \'{b}\', \'7.51\') where "user" = 7 returning doc::text',
        'update "odd ""values" set blob = \'\\x0809\' where "user" = 8 returning doc::text',
    )
    found, _ = both.find(VALUES, _again(both))
    assert (found.keys, found.columns) == (["7/o/1", "8/o/0"], ("doc", "blob"))
    assert list((both.folder / "scratch").glob("tmp*")) == []


def test_rows_without_a_key_are_counted(both: Both) -> None:
    assert both.find(KEYLESS)[0].keys == []
    both.change("update keyless set b = 'z' where a = 2 returning b")
    found, _ = both.find(KEYLESS)
    assert (len(found.changed), len(found.only_left), len(found.only_right)) == (0, 1, 1)
