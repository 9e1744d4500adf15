"""The build of an earlier run, brought to a later moment: what is exchanged, what stays, and what may not be taken."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import psycopg
import pytest
from psycopg import sql
from pydantic import SecretStr

from runner import dbt, mapping, rules
from runner.errors import ViolationError
from runner.exports.chunks import Chunk
from runner.phases.verify import table_digest
from runner.postgres import build, renewal, target
from runner.postgres.renewal import Room, Stale
from runner.settings import Address
from runner.systems import BUILD, LANDING, named
from tests.integration.deployment import targets
from tests.integration.landed import ROWS, Landed
from tests.servers import Postgres

KRATOS = named("kratos")
MAPPINGS = mapping.of_system(KRATOS, rules.read())
SIZES = dict.fromkeys(KRATOS.target_catalog.tables, 1)
EARLIER = "0195"


@dataclass
class Standing:
    """A build that run 0195 completed, whose landing still holds the rows."""

    made: Landed
    where: Address
    engine: dbt.Engine

    def rows(self, schema: str, table: str = "identities") -> list[tuple[object, ...]]:
        return self.made.rows(f'select * from {schema}."{table}" order by id')

    def foreign_keys(self) -> set[tuple[str, str, int]]:
        """Child and parent of every foreign key of build, with what tells it from one that is added again."""
        query = (
            "select c.relname, p.relname, k.oid::bigint "
            "from pg_constraint as k join pg_class as c on c.oid = k.conrelid "
            f"join pg_class as p on p.oid = k.confrelid where k.contype = 'f' "
            f"and k.connamespace = '{BUILD}'::regnamespace"
        )
        return set(self.made.rows(query))  # type: ignore[arg-type]

    def below(self, table: str = "identities") -> Stale:
        """The range up to the second row of a table, which holds one."""
        bound = str(self.made.rows(f'select id from {BUILD}."{table}" order by id')[1][0])
        return Stale(Chunk("kratos", table, 1, "id", None, bound, 1), 1)

    def lose(self, stale: Stale) -> None:
        """Take the rows of a range out of landing, as if the source had lost them."""
        self.made.run(f"delete from {LANDING}.\"{stale.chunk.table}\" where id < '{stale.chunk.high}'")

    def make_room(self, stale: dict[str, list[Stale]]) -> Room:
        return renewal.make_room(KRATOS, self.where, EARLIER, MAPPINGS, stale)

    def renew(self, stale: dict[str, list[Stale]]) -> None:
        """All that load does to a build whose rows are exchanged."""
        room = self.make_room(stale)
        self.engine.run(BUILD, sorted(stale), room.lacking, room.replaced)
        build.add_foreign_keys(KRATOS, self.where, SIZES, 2, room.unproved)
        build.complete(self.where, "0196")

    def is_as_landing(self) -> bool:
        """Whether build holds exactly the rows of landing, in a schema that is the baseline's."""
        with target.connect(self.where) as connection:
            for one in MAPPINGS.values():
                found, landed = (table_digest(connection, self.where, one, schema) for schema in (BUILD, LANDING))
                assert found == landed, one.name
        return renewal.is_standing(KRATOS, self.where, "0196", with_fk_indexes=False)


@pytest.fixture(scope="module")
def place(postgres17: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, dbt.Engine]]:
    """A database of Kratos and the dbt that belongs to it."""
    with targets(postgres17) as urls:
        url = urls["kratos"]
        with dbt.Engine(KRATOS, SecretStr(url), artifacts=tmp_path_factory.mktemp("dbt")) as engine:
            yield url, engine


@pytest.fixture
def standing(place: tuple[str, dbt.Engine]) -> Iterator[Standing]:
    url, engine = place
    with psycopg.connect(url, autocommit=True) as connection:
        for schema in (BUILD, LANDING):
            connection.execute(sql.SQL("drop schema if exists {} cascade").format(sql.Identifier(schema)))
    made = Landed(KRATOS, url)
    where = target.address(made.url, "url")
    with made.connection:
        engine.run(BUILD)
        made.constrain()
        build.complete(where, EARLIER)
        yield Standing(made, where, engine)


def test_rows_of_a_range_are_exchanged_and_all_others_stay(standing: Standing) -> None:
    made, stale = standing.made, standing.below()
    places = made.rows(f"select id, ctid from {BUILD}.identities order by id")
    made.run(f"update {LANDING}.identities set state = 'new' where id = '{places[0][0]}'")
    standing.renew({"identities": [stale]})
    assert standing.is_as_landing()
    after = made.rows(f"select id, ctid from {BUILD}.identities order by id")
    assert after[1:] == places[1:]
    assert after[0] != places[0]


@pytest.mark.parametrize(
    ("tables", "is_proved_again"),
    [
        pytest.param(["identities"], lambda child, parent: False, id="all keys stay"),
        pytest.param(["identities-"], lambda child, parent: "identities" in {child, parent}, id="a key is gone"),
        pytest.param(
            ["identities", "identity_credentials"],
            lambda child, parent: (child, parent) == ("identity_credentials", "identities"),
            id="two tables of which one refers to the other",
        ),
    ],
)
def test_only_references_that_could_break_are_proved_again(
    standing: Standing, tables: list[str], is_proved_again: Callable[[str, str], bool]
) -> None:
    before = standing.foreign_keys()
    stale = {name.rstrip("-"): standing.below(name.rstrip("-")) for name in tables}
    for name in tables:
        if name.endswith("-"):
            standing.lose(stale[name.rstrip("-")])
    room = standing.make_room({name: [one] for name, one in stale.items()})
    assert room.replaced == {name for name in tables if not name.endswith("-")}
    dropped = before - standing.foreign_keys()
    assert dropped == {one for one in before if is_proved_again(*one[:2])}
    assert len(dropped) == len(room.unproved) < len(before)


def test_a_reference_of_a_replaced_row_to_nothing_is_found(standing: Standing) -> None:
    stale = standing.below()
    standing.made.run(f"update {LANDING}.identities set nid = gen_random_uuid() where id < '{stale.chunk.high}'")
    with pytest.raises(
        ViolationError, match=r"SQLSTATE 23503 in table identities, .* constraint identities_nid_fk_idx"
    ):
        standing.renew({"identities": [stale]})
    assert not build.is_complete(standing.where, EARLIER)


def test_a_table_gets_other_values_and_more_rows_under_the_keys_it_has(standing: Standing) -> None:
    made, stale = standing.made, standing.below()
    ((old,),) = made.rows(f"select id from {BUILD}.identities order by id limit 1")
    values = "created_at = created_at + interval '1 day', traits = '{\"new\": 1}', metadata_public = null"
    made.run(f"update {LANDING}.identities set {values} where id = '{old}'")
    new = "00000000-0000-0000-0000-000000000001"
    made.run(
        f"create temporary table more as select * from {LANDING}.identities where id = '{old}';"
        f"update more set id = '{new}'; insert into {LANDING}.identities select * from more"
    )
    standing.renew({"identities": [stale]})
    assert len(standing.rows(BUILD)) == ROWS + 1
    assert standing.is_as_landing()


def test_a_value_that_is_unique_besides_the_key_lets_nothing_be_replaced_in_place(standing: Standing) -> None:
    room = standing.make_room({"identity_credential_types": [standing.below("identity_credential_types")]})
    assert room.replaced == frozenset()
    assert len(standing.rows(BUILD, "identity_credential_types")) == ROWS - 1


def test_a_reference_to_a_row_that_is_gone_is_found(standing: Standing) -> None:
    stale = standing.below()
    standing.lose(stale)
    with pytest.raises(ViolationError, match="foreign_key"):
        standing.renew({"identities": [stale]})


def test_a_unique_value_may_move_from_one_range_to_another(standing: Standing) -> None:
    made, table = standing.made, "identity_credential_types"
    first, second, _ = (str(id_) for id_, *_ in made.rows(f"select id from {BUILD}.{table} order by id"))
    low = standing.below(table)
    high = Stale(Chunk("kratos", table, 2, "id", low.chunk.high, None, 1), ROWS - 1)
    made.run(
        f"update {LANDING}.{table} as a set name = b.name from {BUILD}.{table} as b "
        f"where (a.id, b.id) in (('{first}', '{second}'), ('{second}', '{first}'))"
    )
    standing.renew({table: [low, high]})
    assert standing.is_as_landing()


@pytest.mark.parametrize("reason", ["other rows than it is said to have", "no range that Postgres would know"])
def test_a_table_whose_keys_tell_nothing_is_filled_as_a_whole(standing: Standing, reason: str) -> None:
    stale = standing.below()
    if reason.startswith("other"):
        stale = Stale(stale.chunk, 2)
    else:
        stale = Stale(Chunk("kratos", "identities", 1, None, None, None, 1), ROWS)
    standing.made.run(f"update {LANDING}.identities set state = 'new'")
    room = standing.make_room({"identities": [stale]})
    assert (room.lacking, room.replaced) == ({"identities": ""}, frozenset())
    assert standing.rows(BUILD) == []
    standing.engine.run(BUILD, ["identities"], {"identities": ""})
    build.add_foreign_keys(KRATOS, standing.where, SIZES, 2, room.unproved)
    build.complete(standing.where, "0196")
    assert standing.is_as_landing()


def test_rows_that_are_there_are_not_filled_in_again(standing: Standing) -> None:
    table = "identity_credential_types"
    room = standing.make_room({table: [standing.below(table)]})
    standing.made.run(f"insert into {BUILD}.{table} select * from {LANDING}.{table} where {room.lacking[table]}")
    with pytest.raises(ViolationError, match=f"{table} holds rows already"):
        standing.engine.run(BUILD, [table], room.lacking, room.replaced)
    assert len(standing.rows(BUILD, table)) == ROWS


def test_the_build_of_another_run_is_left_alone(standing: Standing) -> None:
    build.complete(standing.where, "0190")
    before = standing.rows(BUILD), standing.foreign_keys()
    with pytest.raises(ViolationError, match="build is not that of run 0195 any more"):
        standing.make_room({"identities": [standing.below()]})
    assert (standing.rows(BUILD), standing.foreign_keys()) == before
    assert build.is_complete(standing.where, "0190")


def test_a_build_with_room_in_it_is_no_runs(standing: Standing) -> None:
    standing.make_room({})
    assert not build.is_complete(standing.where, EARLIER)
    assert not renewal.is_standing(KRATOS, standing.where, EARLIER, with_fk_indexes=False)


@pytest.mark.parametrize(
    "damage",
    [
        "drop index {0}.identities_nid_id_idx",
        "alter table {0}.sessions add column more text",
        "drop schema {0} cascade",
    ],
)
def test_a_build_that_is_not_the_baseline_does_not_stand(standing: Standing, damage: str) -> None:
    assert renewal.is_standing(KRATOS, standing.where, EARLIER, with_fk_indexes=False)
    standing.made.run(damage.format(BUILD))
    assert not renewal.is_standing(KRATOS, standing.where, EARLIER, with_fk_indexes=False)
