"""A system whose tables and columns have the worst of names moves like any other: every name is a name everywhere."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from psycopg.rows import dict_row

from tests import project
from tests.integration.deployment import targets
from tests.servers import MySQL, Postgres
from tests.servers.source import quoted

KEY = 'id\'s "{{ 7 + 7 }}"'
PARENT = "parent; {% raw %} %s"
ENUM = "label {# #} \\ ]] [% x"
SCRIPT = "<script>alert(1)</script>"
TEXTS = (
    'it\'s "quoted" `so`',
    "semicolon; drop table customer; --",
    "a/b ../.. \\ * ? [x]",
    "100 % %s %(x)s {0} ${HOME} $(id)",
    "[[ 7 + 7 ]] {{ env_var('HOME') }}",
    "a.b,c:d#e & ümlaut",
    SCRIPT,
)
VALUES = ("it's", '"', "; --", "{{ 7 + 7 }}", "a\nb", "%s", "\\")
TABLE = 'odd "orders"; {{ 7 + 7 }} %s'
LABEL = "it's {{ 7 + 7 }}"
COMMANDS = (
    *(
        f'printf %s "${side}_ODD_URL" | .venv/bin/python -m runner.catalog {engine} > baseline/odd/{engine}.json'
        for side, engine in (("SOURCE", "mysql"), ("TARGET", "postgres"))
    ),
    "./inv generate --system odd",
    "./inv migrate --system odd",
    "./inv verify --system odd --full",
)


def on_mysql() -> Iterator[str]:
    """The statements that make the source."""
    texts = ", ".join(f"{quoted(name)} text" for name in TEXTS)
    yield f"create table customer ({quoted(KEY)} int not null primary key)"
    yield (
        f"create table {quoted(TABLE)} ({quoted(KEY)} int not null auto_increment primary key, "
        f"{quoted(PARENT)} int not null, {quoted(ENUM)} enum('a', {literal(LABEL)}), {texts}, "
        f"unique ({quoted(PARENT)}, {quoted(KEY)}), foreign key ({quoted(PARENT)}) references customer ({quoted(KEY)}))"
    )
    yield "insert into customer values (1), (2)"
    values = ", ".join(literal(value.replace("\\", "\\\\")) for value in VALUES)
    yield f"insert into {quoted(TABLE)} values (5, 1, {literal(LABEL)}, {values})"


def on_postgres() -> Iterator[sql.Composed]:
    """The statements of the application's own migrations."""
    key, parent, table, kind, label = map(sql.Identifier, (KEY, PARENT, TABLE, "odd_label", ENUM))
    texts = sql.SQL(", ").join(sql.SQL("{} text").format(sql.Identifier(name)) for name in TEXTS)
    yield sql.SQL("create type {} as enum ('a', {})").format(kind, LABEL)
    yield sql.SQL("create table customer ({} integer not null primary key)").format(key)
    yield sql.SQL(
        "create table {table} ({key} serial not null primary key, {parent} integer not null, {label} {kind}, {texts}, "
        "unique ({parent}, {key}), foreign key ({parent}) references customer ({key}), check ({parent} > 0))"
    ).format(table=table, key=key, parent=parent, label=label, kind=kind, texts=texts)


def literal(text: str) -> str:
    """A text as both engines write it."""
    return "'" + text.replace("'", "''") + "'"


@dataclass(frozen=True)
class Odd:
    """The system in a copy of the project, its settings, and what the tasks printed."""

    folder: Path
    settings: dict[str, str]
    printed: dict[str, str]

    @property
    def run(self) -> Path:
        """The folder of its run."""
        return (self.folder / "work" / "latest").resolve()


@pytest.fixture(scope="module")
def odd(mysql: MySQL, postgres17: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Odd]:
    """The system, added as its page in the docs says and moved."""
    folder = project.copy(tmp_path_factory.mktemp("odd") / "project")
    database = f"odd_{secrets.token_hex(4)}"
    mysql.create_database(database)
    try:
        with mysql.connect(database) as source, source.cursor() as cursor:
            for statement in on_mysql():
                cursor.execute(statement)
            source.commit()
        with targets(postgres17) as urls:
            settings = {"SOURCE_ODD_URL": mysql.url(database), "TARGET_ODD_URL": urls["kratos"]}
            with psycopg.connect(settings["TARGET_ODD_URL"]) as target:
                for made in on_postgres():
                    target.execute(made)
            (folder / "baseline" / "odd").mkdir()
            (folder / "baseline" / "odd" / "system.toml").write_text("[seed]\nrows = 0\ntables = 0\n")
            printed = {}
            for command in COMMANDS:
                done = project.shell(folder, command, **settings)
                assert done.returncode == 0, done.stdout
                printed[command] = done.stdout
            yield Odd(folder, settings, printed)
    finally:
        mysql.drop_database(database)


def test_every_value_is_where_its_name_says(odd: Odd) -> None:
    assert "2 of 2 tables identical: 3 rows" in odd.printed["./inv migrate --system odd"]
    with psycopg.connect(odd.settings["TARGET_ODD_URL"], row_factory=dict_row) as target:
        found = target.execute(sql.SQL("select * from {}").format(sql.Identifier(TABLE))).fetchall()
        assert target.execute("select count(*) as rows from customer").fetchall() == [{"rows": 2}]
    assert found == [{KEY: 5, PARENT: 1, ENUM: LABEL, **dict(zip(TEXTS, VALUES, strict=True))}]


def test_every_dbt_test_of_it_passes(odd: Odd) -> None:
    results = json.loads((odd.run / "dbt" / "odd" / "run_results_test.json").read_bytes())["results"]
    kinds = {name.split(".")[2].split("_odd")[0].split("_customer")[0] for name in (r["unique_id"] for r in results)}
    assert kinds >= {"not_null", "unique", "unique_combination", "accepted_values", "references", "satisfies"}
    assert {result["status"] for result in results} <= {"pass", "success"}


def test_its_pages_show_the_names_and_obey_none(odd: Odd) -> None:
    pages = {path.name: path.read_text(encoding="utf-8") for path in odd.run.glob("*.html")}
    assert pages.keys() >= {"report.html", "lineage.html", "docs.odd.html", "index.html"}
    assert [name for name, page in pages.items() if SCRIPT in page] == []
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in pages["lineage.html"]
    assert json.dumps(SCRIPT)[1:-1].replace("<", "\\u003c") in pages["docs.odd.html"]
    for name in ("report.html", "lineage.html"):
        assert escape(TABLE) in pages[name].replace("&#34;", "&quot;"), name
    manifest = json.loads((odd.run / "dbt" / "odd" / "manifest.json").read_bytes())
    assert set(manifest["nodes"][f"model.convergence.{TABLE}"]["columns"]) == {KEY, PARENT, ENUM, *TEXTS}


def test_its_files_are_generated_again_as_they_are(odd: Odd) -> None:
    assert project.shell(odd.folder, "./inv generate --system odd --check").stdout == "generated files are current\n"
