"""The ledger tells the truth: what rules changed is what an independent comparison finds changed, no more and no less.

A copy of the project gets a rule of every sort, the source gets random rows that some of them touch. The counts of
`rules[]` are laid beside the differences that `tests.comparison` sees between source and target.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pymysql.connections import Connection

from tests import contract, project
from tests.comparison import differences
from tests.integration.deployment import connect_source, connect_target, sources, targets
from tests.servers import Postgres, SourceServer

ROUNDS = [("mysql", 20261124), ("mariadb", 20261127)]
"""The server and the seed of its rows."""
OVERRIDES = """\
kratos,courier_messages,subject,strip_nul,,,test
kratos,courier_messages,body,truncate,20,,test
kratos,courier_messages,channel,null_if_empty,,,test
kratos,identity_login_codes,used_at,null_if_zero_date,,,test
kratos,identity_verification_tokens,used_at,null_if_zero_date,,,test
kratos,session_devices,location,null_if_empty,,,test
kratos,session_devices,id,skip_row_where,char_length(location) % 3 = 1,,test
kratos,selfservice_errors,csrf_token,truncate,5,,test
"""
SKIPPED = "kratos,old_sessions,{limit},a leftover\n"
ACCEPTED = "alkemio,whiteboard,content,not_a_whiteboard,2,drawings of the first version\n"
TEXTS = {
    ("courier_messages", "subject"): 60,
    ("courier_messages", "body"): 40,
    ("courier_messages", "channel"): 4,
    ("session_devices", "location"): 6,
    ("selfservice_errors", "csrf_token"): 9,
}
DATES = ("identity_login_codes", "identity_verification_tokens")
LETTERS = 'aB \n\x00,"é€😀\\'
PLAIN = {"courier_messages": {"body", "channel"}, "session_devices": {"location"}, "selfservice_errors": {"csrf_token"}}


@dataclass(frozen=True)
class Moved:
    """A source and what became of it."""

    project: Path
    settings: dict[str, str]
    server: SourceServer
    shrunk: str

    @property
    def run(self) -> Path:
        """The folder of the latest run."""
        return Path(self.settings["WORK_DIR"]) / "latest"

    def inv(self, line: str) -> tuple[int, str]:
        """Exit code and words of a task."""
        ended = project.shell(self.project, f"./inv {line}", **self.settings)
        return ended.returncode, ended.stdout


@pytest.fixture(scope="module", params=ROUNDS, ids=lambda one: f"{one[0]}-{one[1]}")
def moved(
    request: pytest.FixtureRequest, postgres17: Postgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Moved]:
    """Random rows under every sort of rule, moved; `shrunk` is what check said while a limit was too low."""
    kind, seed = request.param
    server: SourceServer = request.getfixturevalue(kind)
    copy = project.copy(tmp_path_factory.mktemp("project") / "copy")
    rules = copy / "seeds" / "rules"
    append(rules / "column_overrides.csv", OVERRIDES)
    append(rules / "accepted_violations.csv", ACCEPTED)
    before = (rules / "skipped_tables.csv").read_text(encoding="utf-8")
    with sources(server, seed=seed) as read, targets(postgres17) as written:
        settings = {f"SOURCE_{name.upper()}_URL": url for name, url in read.items()}
        settings |= {f"TARGET_{name.upper()}_URL": url for name, url in written.items()}
        settings["WORK_DIR"] = str(tmp_path_factory.mktemp("work"))
        with connect_source(server, read["kratos"]) as kratos, connect_source(server, read["alkemio"]) as alkemio:
            scatter(kratos, random.Random(seed))
            spoil(alkemio)
        append(rules / "skipped_tables.csv", SKIPPED.format(limit=2))
        one = Moved(copy, settings, server, "")
        code, told = one.inv("check --system kratos")
        assert code == 1, told
        (rules / "skipped_tables.csv").write_text(before + SKIPPED.format(limit=3), encoding="utf-8")
        code, done = one.inv("migrate")
        assert code == 0, done[-3000:]
        yield Moved(copy, settings, server, told)


def append(path: Path, rows: str) -> None:
    """Add rows to a file of rules."""
    with path.open("a", encoding="utf-8", newline="") as file:
        file.write(rows)


def scatter(connection: Connection[Any], source: random.Random) -> None:
    """Random texts and dates, zero dates among them, in every row of the tables with rules."""
    with connection.cursor() as cursor:
        cursor.execute("set session sql_mode = ''")
        cursor.execute("set session foreign_key_checks = 0")
        cursor.execute("create table old_sessions as select * from sessions limit 3")
        for (table, column), longest in TEXTS.items():
            letters = LETTERS.replace("\x00", "") if column in PLAIN.get(table, ()) else LETTERS
            for key in keys(cursor, table):
                text = "".join(source.choices(letters, k=source.randrange(longest)))
                cursor.execute(f"update {table} set {column} = %s where id = %s", (text, key))
        for table in DATES:
            for key in keys(cursor, table):
                date = source.choice(("0000-00-00", "2026-02-28 23:59:59", None))
                cursor.execute(f"update {table} set used_at = %s where id = %s", (date, key))
        first, second = keys(cursor, "courier_messages")[:2]
        (network, *_) = keys(cursor, "networks")
        for key, recipient in ((first, "ada@example.com"), (second, "Ada@example.com")):
            row = (recipient, network, key)
            cursor.execute("update courier_messages set recipient = %s, nid = %s where id = %s", row)
    connection.commit()


def spoil(connection: Connection[Any]) -> None:
    """Two whiteboards that are plain text."""
    with connection.cursor() as cursor:
        for key in keys(cursor, "whiteboard")[:2]:
            cursor.execute("update whiteboard set content = 'a drawing' where id = %s", (key,))
    connection.commit()


def keys(cursor: Any, table: str) -> list[str]:
    """The primary keys of a table."""
    cursor.execute(f"select id from {table} order by id")
    return [key for (key,) in cursor.fetchall()]


def ledger(moved: Moved, system: str) -> dict[tuple[str, str, str], int]:
    """What the report's rules touched, by rule, table and column."""
    found = contract.report(moved.run)["systems"][system]["rules"]
    counted = {(one["rule"], one["table"], one["column"]): one["rows"] for one in found}
    assert len(counted) == len(found)
    return counted


def compared(moved: Moved, system: str) -> Counter[tuple[str, str, str]]:
    """What the independent comparison finds, by kind, table and column."""
    name = system.upper()
    with (
        connect_source(moved.server, moved.settings[f"SOURCE_{name}_URL"]) as source,
        connect_target(moved.settings[f"TARGET_{name}_URL"]) as target,
    ):
        return Counter((one.kind, one.table, one.column) for one in differences(source, target, system))


def test_what_changed_is_what_the_rules_are_said_to_have_changed(moved: Moved) -> None:
    declared = [line.split(",")[1:4] for line in OVERRIDES.splitlines()]
    told = {key: rows for key, rows in ledger(moved, "kratos").items() if key[0] not in ("uuid", "jsonb")}
    found = compared(moved, "kratos")
    changed = {
        (rule, table, column): number
        for table, column, rule in declared
        if (number := found.pop(("removed", table, "") if rule == "skip_row_where" else ("modified", table, column), 0))
    }
    assert not found, "values changed that no rule names"
    assert told == changed
    assert len(changed) == len(declared), "a rule had nothing to do: the rows prove nothing of it"


def test_values_that_are_spelled_otherwise_are_counted_too(moved: Moved) -> None:
    told = {key: rows for key, rows in ledger(moved, "alkemio").items() if key[0] == "uuid"}
    spelled: dict[tuple[str, str, str], int] = {}
    with (
        connect_source(moved.server, moved.settings["SOURCE_ALKEMIO_URL"]) as source,
        connect_target(moved.settings["TARGET_ALKEMIO_URL"]) as target,
        source.cursor() as cursor,
    ):
        uuids = target.execute(
            "select table_name, column_name from information_schema.columns "
            "where table_schema = 'public' and data_type = 'uuid'"
        ).fetchall()
        for table, column in uuids:
            cursor.execute(f"select count(*) from `{table}` where binary `{column}` <> binary lower(`{column}`)")
            ((rows,),) = cursor.fetchall()
            if rows:
                spelled["uuid", table, column] = rows
    assert told == spelled
    assert spelled


def test_whiteboards_and_those_that_are_let_pass(moved: Moved) -> None:
    told = ledger(moved, "alkemio")
    with connect_source(moved.server, moved.settings["SOURCE_ALKEMIO_URL"]) as source, source.cursor() as cursor:
        cursor.execute("select count(*) from whiteboard where content <> ''")
        ((rows,),) = cursor.fetchall()
    assert told["whiteboard_base64", "whiteboard", "content"] == rows
    assert told["not_a_whiteboard", "whiteboard", "content"] == 2
    # They arrive as the bytes they are, which the comparison takes for no whiteboards on either side.
    assert compared(moved, "alkemio") == {("modified", "whiteboard", "content"): 2}
    with connect_target(moved.settings["TARGET_ALKEMIO_URL"]) as target:
        drawings = target.execute("select count(*) from whiteboard where content = 'YSBkcmF3aW5n'").fetchone()
    assert drawings == (2,)


def test_a_skipped_table_with_more_rows_than_it_may_leave_behind_stops_the_run(moved: Moved) -> None:
    assert "kratos.old_sessions: rule_limit_exceeded, 3 rows (skipped_tables, at most 2 rows)" in moved.shrunk
    skipped = {one["name"]: one["rows"] for one in contract.report(moved.run)["systems"]["kratos"]["skipped"]}
    assert skipped["old_sessions"] == 3


def test_look_ups_that_only_the_source_folds_are_advice(moved: Moved) -> None:
    advice = contract.report(moved.run)["systems"]["kratos"]["advice"]
    (collision,) = [one for one in advice if one["kind"] == "case_fold_collision"]
    assert (collision["table"], collision["columns"]) == ("courier_messages", ["recipient"])
    page = (moved.run / "report.html").read_text(encoding="utf-8")
    assert "1 values are stored in several spellings" in page
    assert "ada@example.com" not in page.lower()
