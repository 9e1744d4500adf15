"""The declared decisions: every fault in their files is named by file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from runner import rules
from runner.errors import UsageError
from runner.rules import AcceptedViolation, CastRule, Override, SkippedTable

HEADERS = {
    "cast_rules.csv": "rule,source_type,target_type,changes,reason",
    "column_overrides.csv": "system,table,column,rule,argument,max_rows,reason",
    "skipped_tables.csv": "system,table,max_rows,reason",
    "accepted_violations.csv": "system,table,column,kind,max_rows,reason",
}
OVERRIDE = "kratos,identities,schema_id,truncate,200,5,short enough"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, header in HEADERS.items():
        (tmp_path / name).write_text(header + "\n")
    return tmp_path


def add(folder: Path, name: str, *lines: str) -> None:
    with (folder / name).open("a", encoding="utf-8", newline="") as file:
        file.writelines(line + "\n" for line in lines)


def fault(folder: Path) -> str:
    with pytest.raises(UsageError) as caught:
        rules.read(folder)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_no_rule(folder: Path) -> None:
    assert rules.read(folder) == rules.Rules((), (), (), ())


def test_one_of_each(folder: Path) -> None:
    add(folder, "cast_rules.csv", 'text,varchar,text,,"says ""same"", in\ntwo lines"')
    add(folder, "column_overrides.csv", OVERRIDE, "alkemio,user,email,null_if_empty,,,empty is nothing")
    add(folder, "skipped_tables.csv", "alkemio,challenge,,a leftover", "kratos,challenge,7,another")
    add(
        folder,
        "accepted_violations.csv",
        "alkemio,user,email,mislabelled_text,,known",
        "alkemio,user,email,not_a_whiteboard,3,known",
    )
    found = rules.read(folder)
    assert found.casts == (CastRule("text", "varchar", "text", "", 'says "same", in\ntwo lines'),)
    assert found.overrides_of("kratos", "identities") == (
        Override("kratos", "identities", "schema_id", "truncate", "200", 5, "short enough"),
    )
    assert found.overrides_of("alkemio", "user")[0].max_rows is None
    assert found.overrides_of("alkemio", "identities") == ()
    assert found.skipped == (
        SkippedTable("alkemio", "challenge", None, "a leftover"),
        SkippedTable("kratos", "challenge", 7, "another"),
    )
    assert found.skipped_of("alkemio") == {"challenge": "a leftover"}
    assert found.accepted[1] == AcceptedViolation("alkemio", "user", "email", "not_a_whiteboard", 3, "known")


def test_a_skipped_table_leaves_behind_no_more_than_it_may(folder: Path) -> None:
    add(folder, "skipped_tables.csv", "alkemio,challenge,,a leftover", "kratos,challenge,7,another")
    found = rules.read(folder)
    assert found.left_behind("alkemio", {"challenge": 10**9}) == []
    assert found.left_behind("kratos", {"challenge": 7}) == []
    assert found.left_behind("kratos", {}) == []
    (violation,) = found.left_behind("kratos", {"challenge": 8})
    assert (violation.table, violation.kind, violation.rows) == ("challenge", "rule_limit_exceeded", 8)


def test_how_many_rows_stay_behind_is_a_number(folder: Path) -> None:
    add(folder, "skipped_tables.csv", "kratos,other,-1,a wrong number")
    assert fault(folder).startswith("skipped_tables.csv:2: max_rows must be a whole number")


def test_the_rule_for_two_types(folder: Path) -> None:
    add(folder, "cast_rules.csv", "text,varchar,text,,same", "uuid,char,uuid,case,folded")
    assert rules.read(folder).cast("char", "uuid").rule == "uuid"
    with pytest.raises(UsageError, match=r"seeds/rules/cast_rules\.csv has no rule for char to text: add one"):
        rules.read(folder).cast("char", "text")


def test_the_projects_own_rules_are_legal() -> None:
    found = rules.read()
    assert {rule.rule for rule in found.casts} == {
        "uuid", "text", "padded_text", "integer", "numeric", "boolean", "timestamp", "json", "jsonb", "bytea", "enum",
    }  # fmt: skip
    pairs = [(rule.source_type, rule.target_type) for rule in found.casts]
    assert len(set(pairs)) == len(pairs)
    assert found.skipped_of("kratos").keys() == {"schema_migration"}


@pytest.mark.parametrize("name", HEADERS)
def test_a_missing_file(folder: Path, name: str) -> None:
    (folder / name).unlink()
    assert fault(folder) == f"{name}: cannot be read as UTF-8 (FileNotFoundError)"


@pytest.mark.parametrize("name", HEADERS)
def test_a_file_that_is_no_text(folder: Path, name: str) -> None:
    (folder / name).write_bytes(b"\xff\xfe\x00")
    assert fault(folder) == f"{name}: cannot be read as UTF-8 (UnicodeDecodeError)"


@pytest.mark.parametrize("name", HEADERS)
@pytest.mark.parametrize("change", ["", "{},more", "x{}", "{}x", "; {}"])
def test_another_header(folder: Path, name: str, change: str) -> None:
    (folder / name).write_text(change.format(HEADERS[name]) + "\n")
    assert fault(folder) == f"{name}:1: the header must be {HEADERS[name]}"


def test_columns_in_another_order(folder: Path) -> None:
    (folder / "skipped_tables.csv").write_text("table,system,reason\nuser,alkemio,because\n")
    assert fault(folder) == "skipped_tables.csv:1: the header must be system,table,max_rows,reason"


@pytest.mark.parametrize("name", HEADERS)
def test_the_line_of_a_fault(folder: Path, name: str) -> None:
    fields = HEADERS[name].count(",")
    for line in ("too,few", "," * (fields + 1) + "too many"):
        (folder / name).write_text(f"{HEADERS[name]}\n\n\n{line}\n")
        assert fault(folder) == f"{name}:4: {fields + 1} fields are needed"


@pytest.mark.parametrize("name", HEADERS)
@pytest.mark.parametrize("reason", ["", " ", "\t", '""'])
def test_a_rule_without_a_reason(folder: Path, name: str, reason: str) -> None:
    add(folder, name, "x," * HEADERS[name].count(",") + reason)
    assert fault(folder) == f"{name}:2: the reason is empty; every rule needs one"


@pytest.mark.parametrize("name", HEADERS)
@pytest.mark.parametrize("line", ['a,"b"c,d', 'a,"never closed'])
def test_a_line_that_is_no_csv(folder: Path, name: str, line: str) -> None:
    add(folder, name, line)
    assert fault(folder).startswith(f"{name}:2: no CSV (")


@pytest.mark.parametrize("rule", ["", "Truncate", "truncate ", "drop_table", "uuid"])
def test_an_unknown_rule(folder: Path, rule: str) -> None:
    add(folder, "column_overrides.csv", f"kratos,identities,schema_id,{rule},,,because")
    assert fault(folder).startswith(f"column_overrides.csv:2: unknown rule {rule!r}; known are null_if_empty, ")


@pytest.mark.parametrize(("table", "named"), [("kratos,identitys", "kratos.identitys"), ("Kratos,user", "Kratos.user")])
def test_a_rule_for_no_table(folder: Path, table: str, named: str) -> None:
    add(folder, "column_overrides.csv", f"{table},schema_id,strip_nul,,,because")
    assert fault(folder) == f"column_overrides.csv:2: there is no table {named}"


def test_two_rules_for_one_column(folder: Path) -> None:
    other = "kratos,identities,nid,strip_nul,,,because"
    add(folder, "column_overrides.csv", OVERRIDE, other, OVERRIDE.replace("truncate,200", "strip_nul,"))
    assert fault(folder) == (
        "column_overrides.csv:4: kratos.identities.schema_id has a rule already, at column_overrides.csv:2"
    )


@pytest.mark.parametrize(
    ("rule", "argument", "wanted"),
    [
        *(("truncate", argument, "a number of characters") for argument in ("", "0", "-1", "1.5", "ten", "9) OR 1")),
        ("skip_row_where", "", "a condition"),
        ("skip_row_where", "  ", "a condition"),
        *((rule, "1", "no argument") for rule in ("strip_nul", "null_if_empty", "whiteboard_base64")),
    ],
)
def test_a_wrong_argument(folder: Path, rule: str, argument: str, wanted: str) -> None:
    add(folder, "column_overrides.csv", f"kratos,identities,schema_id,{rule},{argument},,because")
    assert fault(folder) == f"column_overrides.csv:2: {rule} needs {wanted}"


@pytest.mark.parametrize("kind", ["", "foreign_key", "null_in_not_null", "not_a_uuid", "Mislabelled_text", "anything"])
def test_what_no_rule_can_accept(folder: Path, kind: str) -> None:
    add(folder, "accepted_violations.csv", f"kratos,identities,schema_id,{kind},,because")
    assert fault(folder) == (
        f"accepted_violations.csv:2: a violation {kind!r} cannot be accepted; "
        "only mislabelled_text, not_a_whiteboard can"
    )


def test_an_accepted_violation_of_no_table(folder: Path) -> None:
    add(folder, "accepted_violations.csv", "kratos,identitys,schema_id,mislabelled_text,,because")
    assert fault(folder) == "accepted_violations.csv:2: there is no table kratos.identitys"


def test_one_rule_for_each_kind_of_a_column(folder: Path) -> None:
    lines = [f"alkemio,whiteboard,content,{kind},,because" for kind in ("mislabelled_text", "not_a_whiteboard")]
    add(folder, "accepted_violations.csv", *lines)
    assert [one.kind for one in rules.read(folder).accepted] == ["mislabelled_text", "not_a_whiteboard"]


def test_two_rules_for_one_violation(folder: Path) -> None:
    line = "alkemio,whiteboard,content,not_a_whiteboard,,because"
    add(folder, "accepted_violations.csv", line, line)
    assert "has a rule already" in fault(folder)


@pytest.mark.parametrize("text", ["-1", "1.0", "many", "1e3", " 1", "0x1"])
@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("column_overrides.csv", "kratos,identities,schema_id,strip_nul,,{},because"),
        ("accepted_violations.csv", "kratos,identities,schema_id,mislabelled_text,{},because"),
    ],
)
def test_a_wrong_number_of_rows(folder: Path, name: str, line: str, text: str) -> None:
    add(folder, name, line.format(text))
    assert fault(folder) == f"{name}:2: max_rows must be a whole number or empty, not {text!r}"
