"""dbt on a real target: it fills what the baseline made, fails where it must, and never repeats a value."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from pydantic import SecretStr

from runner import dbt, mapping, rules
from runner.errors import UsageError, ViolationError
from runner.postgres import target
from runner.proof import reconcile
from runner.systems import BUILD, LANDING, ROOT, System, named
from tests.integration.landed import ROWS, Landed
from tests.servers import Postgres

KRATOS, ALKEMIO = named("kratos"), named("alkemio")
SECRET = "TOPSECRET"


@pytest.fixture
def landed(postgres18: Postgres, fresh_target: Callable[[Postgres], str]) -> Iterator[Callable[[System], Landed]]:
    """A function that makes a target of a system."""
    with ExitStack() as stack:

        def make(system: System) -> Landed:
            made = Landed(system, fresh_target(postgres18))
            stack.enter_context(made.connection)
            return made

        yield make


@pytest.fixture
def kratos(landed: Callable[[System], Landed]) -> Landed:
    """A target of Kratos."""
    return landed(KRATOS)


@pytest.fixture
def engine(kratos: Landed, tmp_path: Path) -> Iterator[dbt.Engine]:
    """dbt on the target of Kratos."""
    with dbt.Engine(KRATOS, kratos.url, artifacts=tmp_path / "dbt") as started:
        yield started


def test_whole_way(kratos: Landed, engine: dbt.Engine, tmp_path: Path) -> None:
    models = engine.run()
    assert {(model.table, model.status, model.rows) for model in models} == {
        (table, "success", ROWS) for table in mapping.of_system(KRATOS, rules.read())
    }
    early = {result.name: result.status for result in engine.test()}
    assert early["constraints_of_the_baseline"] == "fail"
    kratos.constrain()
    gate = engine.test()
    assert {result.name for result in gate} >= {"constraints_of_the_baseline", "row_counts_of_the_manifest"}
    assert [result for result in gate if not result.passed] == []
    everything = engine.test(full=True)
    assert len(everything) > 300
    assert [result for result in everything if not result.passed] == []
    # Tests that pass leave nothing behind in the target, nor do those that failed before.
    stored = kratos.rows("select relname from pg_class where relnamespace = 'convergence_failures'::regnamespace")
    assert stored == [("no_rows_orphans_",)]

    engine.describe()
    page = engine.docs()
    assert page == tmp_path / "dbt" / "complete.html"
    text = page.read_text(encoding="utf-8")
    assert "One row per identity" in text
    assert '\\"convergence_build\\".\\"identities\\"' in text

    # After publish the same models are tables of another schema.
    kratos.run("drop schema public; alter schema convergence_build rename to public")
    assert [result for result in engine.test("public") if not result.passed] == []
    engine.describe("public")
    assert '\\"public\\".\\"identities\\"' in engine.docs("public").read_text(encoding="utf-8")

    # Notes of a run stand behind what the project says, once however often the docs are built.
    for digest in ("111", "222"):
        notes = {"identities": {"": f"Proved: {digest}.", "id": f"Came as char(36), {digest}."}}
        engine.describe("public", notes)
        text = engine.docs("public").read_text(encoding="utf-8")
        assert text.count(f"\\n\\nProved: {digest}.") == 3, "on MySQL, in landing, in the model"
        assert f"the same on MySQL and Postgres.\\n\\nCame as char(36), {digest}." in text
    assert "111" not in re.findall(r"Proved: (\d+)", text)


def test_chosen_tables(kratos: Landed, engine: dbt.Engine) -> None:
    assert [model.table for model in engine.run(tables=["networks"])] == ["networks"]
    assert kratos.rows("select count(*) from networks") == [(ROWS,)]
    assert kratos.rows("select count(*) from identities") == [(0,)]


def test_failures_name_the_table_and_no_value(kratos: Landed, engine: dbt.Engine, tmp_path: Path) -> None:
    def fails_with(told: str) -> None:
        kratos.empty()
        with pytest.raises(ViolationError) as caught:
            engine.run(tables=["identities"])
        assert str(caught.value).startswith("kratos.identities: dbt failed: ")
        assert told in str(caught.value)
        assert SECRET not in str(caught.value)
        assert kratos.rows("select count(*) from identities") == [(0,)]

    kratos.run("alter table identities rename to elsewhere")
    with pytest.raises(ViolationError, match="identities is missing in convergence_build: apply pre_data"):
        engine.run(tables=["identities"])
    kratos.run("alter table elsewhere rename to identities; alter table identities add column more int")
    fails_with("identities has other columns than its model: only in the model none, only here more")
    kratos.run("alter table identities drop column more; alter table identities rename column state to phase")
    fails_with("only in the model state, only here phase")
    kratos.run("alter table identities rename column phase to state")

    landing = f"{LANDING}.identities"
    kratos.run(f"update {landing} set schema_id = '{SECRET}'; update {landing} set state = null where true")
    fails_with("SQLSTATE 23502 in table identities, column state, constraint none")
    kratos.run(f"update {landing} set state = 'active'; alter table {landing} alter schema_id type text")
    kratos.run(f"update {landing} set schema_id = repeat('{SECRET}', 999)")
    fails_with("SQLSTATE 22001 in table identities")
    kratos.run(f"update {landing} set schema_id = '{SECRET}'")
    kratos.run(f"alter table {landing} alter id type text using '{SECRET}'")
    fails_with("SQLSTATE 42804 in table identities, column none, constraint none")
    kratos.run(f"alter table {landing} alter id type uuid using gen_random_uuid()")

    assert [model.rows for model in engine.run(tables=["identities"])] == [ROWS]
    with pytest.raises(ViolationError, match="identities holds rows already: empty it before it is filled again"):
        engine.run(tables=["identities"])
    assert leaks(tmp_path / "dbt") == []


def test_failed_tests_store_keys_only(kratos: Landed, engine: dbt.Engine, tmp_path: Path) -> None:
    engine.run()
    kratos.run(f"update identities set nid = gen_random_uuid(), schema_id = '{SECRET}'")
    kratos.run("delete from networks where id = (select id from networks limit 1)")
    gate = {result.name: result for result in engine.test()}
    assert (gate["row_counts_of_the_manifest"].status, gate["row_counts_of_the_manifest"].failures) == ("fail", 1)
    failed = [result for result in engine.invoke(["test", "--select", "identities"]) if not result.passed]
    references = {result.name: result for result in failed}["references_identities_nid__ref_networks___id"]
    assert (references.table, references.failures) == ("identities", ROWS)
    stored = kratos.rows(f"select * from convergence_failures.{references.name}")
    assert sorted(stored) == sorted(kratos.rows("select id from identities"))
    assert leaks(tmp_path / "dbt") == []


BROKEN = {
    "not_null": (
        "identities",
        "alter table identities alter schema_id drop not null; update identities set schema_id = null",
    ),
    "unique": ("networks", "insert into networks select * from networks"),
    "unique_combination": ("session_devices", "insert into session_devices select * from session_devices"),
    "references": ("sessions", "update sessions set identity_id = gen_random_uuid()"),
    "satisfies": ("identity_recovery_tokens", "update identity_recovery_tokens set token_type = 3"),
    "row_count_matches_manifest": ("selfservice_errors", "delete from selfservice_errors"),
    "no_rows": ("orphans", "update continuity_containers set identity_id = gen_random_uuid()"),
}


def generic(name: str) -> str:
    """The generic test that a test of this name is an instance of."""
    return max((kind for kind in BROKEN if name.startswith(f"{kind}_")), key=len, default="")


def test_every_generic_test_can_fail(kratos: Landed, engine: dbt.Engine) -> None:
    engine.run()
    files = (*(ROOT / "tests" / "data" / "generic").glob("*.sql"), *(ROOT / "macros" / "tests").glob("*.sql"))
    # An enum's column can hold nothing but labels, so `accepted_values` has nothing to find in a table of the baseline:
    # it looks at the rules, in a test of its own.
    assert {path.stem for path in files} == {*BROKEN, "accepted_values"}
    for _, statement in BROKEN.values():
        kratos.run(statement)
    engine.invoke(["run", "--select", "orphans"])
    results = engine.invoke(["test", "--exclude", "test_type:unit"])
    failed = {(generic(result.name), result.table): result for result in results if result.failures}
    assert failed.keys() >= {(kind, table) for kind, (table, _) in BROKEN.items()}
    assert {result.status for result in failed.values()} <= {"fail", "warn"}
    # What failed is stored, by keys alone: no value of a row leaves its table.
    for result in failed.values():
        assert result.stored_as
        assert SECRET not in str(kratos.rows(f'select * from convergence_failures."{result.stored_as}"'))


def test_an_unknown_name_in_the_rules_is_found(kratos: Landed, engine: dbt.Engine) -> None:
    engine.run()
    engine.invoke(["seed", "--select", "column_overrides"])
    ((schema,),) = kratos.rows("select schemaname from pg_tables where tablename = 'column_overrides'")
    assert [result for result in engine.invoke(["test", "--select", "column_overrides"]) if not result.passed] == []
    kratos.run(f"update {schema}.column_overrides set rule = 'guess' where ctid = '(0,1)'")
    failed = [result for result in engine.invoke(["test", "--select", "column_overrides"]) if not result.passed]
    assert [result.name.startswith("accepted_values_column_overrides_rule") for result in failed] == [True]
    assert (failed[0].status, failed[0].failures) == ("fail", 1), failed[0].message


def test_singular_tests_can_fail(kratos: Landed, engine: dbt.Engine) -> None:
    engine.run()
    kratos.constrain()
    kratos.run("alter table sessions drop constraint sessions_identity_id_fkey; delete from selfservice_errors")
    failed = {result.name for result in engine.test() if not result.passed}
    assert failed >= {"constraints_of_the_baseline", "row_counts_of_the_manifest"}


def test_the_models_transformation(landed: Callable[[System], Landed], tmp_path: Path) -> None:
    made = landed(ALKEMIO)
    with dbt.Engine(ALKEMIO, made.url, artifacts=tmp_path / "dbt") as alkemio:
        # After publish landing is gone; the test needs no row of it.
        made.run(f"drop schema {LANDING} cascade")
        (result,) = alkemio.invoke(["test", "--select", "profile,test_type:unit"])
        assert (result.name, result.status) == ("profile_keeps_every_label", "pass"), result.message


def test_artifacts(kratos: Landed, engine: dbt.Engine, tmp_path: Path) -> None:
    engine.run(tables=["networks"])
    results = json.loads((tmp_path / "dbt" / "run_results_run.json").read_text(encoding="utf-8"))
    assert results["results"][-1]["unique_id"] == "model.convergence.networks"
    password = target.address(kratos.url, "url").password.get_secret_value()
    assert [path for path in (tmp_path / "dbt").rglob("*") if path.is_file() and password in readable(path)] == []
    assert not (tmp_path / "dbt" / "dbt.log").exists()


def test_target_that_is_not_there(tmp_path: Path) -> None:
    url = SecretStr("postgresql://owner:hidden@127.0.0.1:1/kratos")
    with (
        dbt.Engine(KRATOS, url, artifacts=tmp_path) as engine,
        pytest.raises(ViolationError, match="kratos: dbt cannot use the target; check its URL and that it runs"),
    ):
        engine.run()


def test_wrong_command_and_death(kratos: Landed, tmp_path: Path) -> None:
    with dbt.Engine(KRATOS, kratos.url, artifacts=tmp_path) as engine:
        with pytest.raises(UsageError, match="dbt could not start"):
            engine.invoke(["nonsense"])
        engine.nursery.process.kill()
        with pytest.raises(ViolationError, match=r"dbt ended unexpectedly"):
            engine.run()


def test_sessions_are_used_again_until_the_server_ends_them(kratos: Landed, engine: dbt.Engine) -> None:
    of_dbt = "from pg_stat_activity where application_name = 'convergence dbt' and datname = current_database()"
    engine.run(tables=["identities"])
    first = kratos.rows(f"select pid {of_dbt}")
    engine.run(tables=["networks"])
    assert kratos.rows(f"select pid {of_dbt}") == first != []
    assert kratos.rows(f"select pid {of_dbt} and state <> 'idle'") == []
    assert set(kratos.rows(f"select pg_terminate_backend(pid, 10000) {of_dbt}")) == {(True,)}
    assert [model.rows for model in engine.run(tables=["sessions"])] == [ROWS]
    assert set(kratos.rows(f"select pid {of_dbt}")).isdisjoint(first)


def test_process_ends_with_its_engine(kratos: Landed, tmp_path: Path) -> None:
    engine = dbt.Engine(KRATOS, kratos.url, artifacts=tmp_path)
    engine.close()
    assert engine.nursery.process.poll() is not None


def test_systems_are_reconciled_by_digests(landed: Callable[[System], Landed], tmp_path: Path) -> None:
    targets = {system.name: landed(system) for system in (ALKEMIO, KRATOS)}
    urls = {named(name): made.url for name, made in targets.items()}
    with dbt.engines(urls, tmp_path) as engines:
        engines["alkemio"].run(tables=["user"])
        engines["kratos"].run(tables=["identities"])
        targets["alkemio"].run('update "user" set email = \'gone\' where "rowId" = 1')
        found = reconcile.reconcile(
            engines, {name: target.address(made.url, "url") for name, made in targets.items()}, BUILD
        )
    tests = {result.table: (result.status, result.failures) for results in found.values() for result in results}
    assert tests["users_without_identity"] == ("warn", 1)
    assert tests["identities_without_user"] == ("warn", 1)
    (user,) = targets["alkemio"].rows("select id from convergence_reconciliation.users_without_identity")
    assert targets["alkemio"].rows("select id from \"user\" where email = 'gone'") == [user]
    carried = targets["kratos"].rows(f"select distinct system, length(email_digest) from {LANDING}.counterpart_emails")
    assert carried == [("alkemio", 64)]


def leaks(folder: Path) -> list[Path]:
    """The files that hold the value which must not be told."""
    return [path for path in folder.rglob("*") if path.is_file() and SECRET in readable(path)]


def readable(path: Path) -> str:
    """A file as text, whatever it holds."""
    return path.read_text(encoding="utf-8", errors="replace")
