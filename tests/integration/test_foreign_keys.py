"""Foreign keys that reference one table are validated side by side: each is declared first, which reads no row."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from threading import Barrier

import psycopg
import pytest

from runner import mapping, rules
from runner.errors import ViolationError
from runner.postgres import baseline, build, target
from runner.postgres.baseline import Statement
from runner.settings import Address
from runner.systems import BUILD, System, named
from tests.integration.landed import Landed
from tests.servers import Postgres

KRATOS = named("kratos")
PARENT = "networks"
TO_PARENT = [
    one
    for one in baseline.statements((KRATOS.baseline_folder / "post_data.sql").read_text(encoding="utf-8"))
    if one.kind == "foreign_key" and f"references {PARENT} " in one.sql
]


@pytest.fixture
def keyed(postgres17: Postgres, fresh_target: Callable[[Postgres], str]) -> Iterator[Landed]:
    """A build whose tables are full, with their keys and without foreign keys."""
    made = Landed(KRATOS, fresh_target(postgres17))
    with made.connection:
        for table in mapping.of_system(KRATOS, rules.read()):
            made.run(f'insert into {BUILD}."{table}" select * from convergence_landing."{table}"')
        sizes = dict.fromkeys(KRATOS.target_catalog.tables, 1)
        build.add_keys(KRATOS, target.address(made.url, "url"), sizes, 2)
        yield made


def validated(made: Landed) -> set[tuple[object, ...]]:
    """Whether the foreign keys of build are: true, false, or both."""
    return set(
        made.rows(
            "select convalidated from pg_constraint "
            f"where contype = 'f' and connamespace = '{BUILD}'::regnamespace and conparentid = 0"
        )
    )


def meanwhile(made: Landed, first: Statement, others: list[Statement]) -> None:
    """Executes others while the transaction of the first is not over; they do not wait for its locks."""
    with psycopg.connect(made.url.get_secret_value()) as holder:
        holder.execute(f"set search_path to {BUILD}")
        holder.execute(first.sql.encode())
        made.run("set lock_timeout = '1s'")
        for one in others:
            made.run(one.sql)
        holder.rollback()


def test_those_of_one_parent_do_not_wait_for_each_other(keyed: Landed) -> None:
    children = {one.table: one for one in TO_PARENT}
    assert len(children) > 10
    for one in children.values():
        keyed.run(baseline.declaration(one).sql)
    assert validated(keyed) == {(False,)}
    first, *others = map(baseline.validation, children.values())
    meanwhile(keyed, first, others)
    keyed.run(first.sql)
    assert validated(keyed) == {(True,)}


def test_added_in_one_statement_they_would(keyed: Landed) -> None:
    first, second, *_ = {one.table: one for one in TO_PARENT}.values()
    with pytest.raises(psycopg.errors.LockNotAvailable):
        meanwhile(keyed, first, [second])


def test_two_of_one_parent_are_validated_at_a_time(keyed: Landed, monkeypatch: pytest.MonkeyPatch) -> None:
    together, met, apply = Barrier(2, timeout=20), count(), build._apply

    def applied(connection: target.Connection, system: System, where: Address, statement: Statement) -> None:
        if "validate constraint" in statement.sql and next(met) < together.parties:
            together.wait()
        apply(connection, system, where, statement)

    monkeypatch.setattr(build, "_apply", applied)
    among = {(one.table, baseline.constraint(one)) for one in TO_PARENT}
    build.add_foreign_keys(KRATOS, target.address(keyed.url, "url"), {}, 2, among)
    assert next(met) == len(TO_PARENT)


def test_all_are_validated_in_the_end(keyed: Landed) -> None:
    done = build.add_foreign_keys(KRATOS, target.address(keyed.url, "url"), {}, 2)
    number = sum(len(table.foreign_keys) for table in KRATOS.target_catalog.tables.values())
    assert len(done) == number
    assert validated(keyed) == {(True,)}


def test_rows_without_a_parent_end_it_and_are_named(keyed: Landed) -> None:
    ((key,),) = keyed.rows(
        f"delete from {BUILD}.courier_messages where id = (select min(id::text)::uuid from "
        f"{BUILD}.courier_messages) returning id::text"
    )
    with pytest.raises(ViolationError) as caught:
        build.add_foreign_keys(KRATOS, target.address(keyed.url, "url"), {}, 2)
    (found,) = caught.value.violations
    assert (found.table, found.column, found.kind, found.rows) == (
        "courier_message_dispatches",
        "message_id",
        "foreign_key",
        1,
    )
    assert found.rule == "courier_message_dispatches_message_id_fk"
    assert len(found.sample_keys) == 1
    assert keyed.rows(f"select id::text from {BUILD}.courier_message_dispatches where message_id = '{key}'") == [
        (found.sample_keys[0],)
    ]
    assert (False,) in validated(keyed)
