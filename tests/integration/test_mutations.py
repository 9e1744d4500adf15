"""Something is changed between two phases, and the next one finds it: exit 1, the place by name, `public` as it was.

Exports are changed on disk, landing and build in the target. All changes of a build are proved by one verify:
each on a table of its own, and each must be in the report.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.integration import final
from tests.integration.deployment import SAMPLE, Deployment, Finished, connect_target, make_baseline, targets
from tests.servers import Postgres

SYSTEMS = ("alkemio", "kratos")


@dataclass(frozen=True)
class Place:
    """A deployment whose target holds the application's own baseline, and what was in public at first."""

    deployment: Deployment
    before: dict[str, final.Final]

    def untouched(self) -> bool:
        """Whether public is as it was."""
        return self.before == {system: final.seen(url) for system, url in self.deployment.targets.items()}


@pytest.fixture(scope="module")
def place(postgres17: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with targets(postgres17) as written:
        for system, url in written.items():
            make_baseline(system, url)
        before = {system: final.seen(url) for system, url in written.items()}
        deployment = Deployment(SAMPLE, written, tmp_path_factory.mktemp("work"))
        for phase in ("check", "export"):
            _succeed(deployment, phase)
        yield Place(deployment, before)


def _succeed(deployment: Deployment, *arguments: str) -> None:
    finished = deployment.inv(*arguments)
    assert finished.code == 0, finished.told


Edit = Callable[[list[bytes]], list[bytes]]


def _one_byte(lines: list[bytes]) -> list[bytes]:
    """Another second in the last timestamp of the third record."""
    line = lines[2]
    return [*lines[:2], line[:-1] + bytes([line[-1] ^ 1]), *lines[3:]]


def _one_record_less(lines: list[bytes]) -> list[bytes]:
    return lines[:-1]


def _two_records_swap_values(lines: list[bytes]) -> list[bytes]:
    first, second = (line.split(b",") for line in lines[:2])
    assert first[1] != second[1]
    first[1], second[1] = second[1], first[1]
    return [b",".join(first), b",".join(second), *lines[2:]]


EDITS: dict[str, tuple[Edit, bool]] = {
    "one byte": (_one_byte, False),
    "one byte, manifest mended": (_one_byte, True),
    "one record less": (_one_record_less, False),
    "one record less, manifest mended": (_one_record_less, True),
    "two values swapped, manifest mended": (_two_records_swap_values, True),
}


@pytest.mark.parametrize("edit", EDITS)
def test_a_changed_export_is_not_loaded(place: Place, edit: str) -> None:
    change, mended = EDITS[edit]
    deployment = place.deployment
    folder = deployment.latest / "export" / "kratos"
    # Records of this table have no line breaks, and its last field is a timestamp.
    file, manifest = folder / "networks" / "0001.csv", folder / "manifest.json"
    kept = {path: path.read_bytes() for path in (file, manifest)}
    content = b"".join(line + b"\n" for line in change(kept[file].splitlines()))
    assert content != kept[file]
    _rewrite(file, content)
    if mended:
        _mend(manifest, content)
    try:
        finished = deployment.inv("stage", "--system", "kratos", "--table", "networks")
    finally:
        for path, original in kept.items():
            _rewrite(path, original)
    assert finished.code == 1, finished.told
    assert "kratos.networks" in finished.line
    assert "networks/0001.csv" in finished.line
    assert place.untouched()


def _rewrite(path: Path, content: bytes) -> None:
    # Made anew: an adopted file may be a link to the one it was adopted from.
    path.unlink()
    path.write_bytes(content)


def _mend(manifest: Path, content: bytes) -> None:
    """What somebody would do to hide a change: everything of the entry but the digest of the source."""
    document = json.loads(manifest.read_bytes())
    (entry,) = next(table["files"] for table in document["tables"] if table["name"] == "networks")
    entry |= {
        "rows": content.count(b"\n"),
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "longest_line": max(len(line) + 1 for line in content.splitlines()),
    }
    _rewrite(manifest, json.dumps(document).encode())


@pytest.fixture(scope="module")
def built(place: Place) -> Place:
    """Both systems staged and loaded, not yet verified."""
    for phase in ("stage", "load"):
        _succeed(place.deployment, phase)
    return place


@dataclass(frozen=True)
class Value:
    """A change of one value of build: the new one as SQL, and which rows are fit to be changed."""

    system: str
    table: str
    column: str
    new: str
    fit: str = "true"

    @property
    def statement(self) -> str:
        """SQL that returns the key of the row it changed."""
        return (
            f'update "{self.table}" set "{self.column}" = {self.new} where id = '
            f'(select id from "{self.table}" where {self.fit} order by id limit 1) returning id::text'
        )


VALUES = {
    "a blank after a text": Value("alkemio", "user", "lastName", "\"lastName\" || ' '", 'length("lastName") < 128'),
    "a letter's case": Value("alkemio", "organization", "domain", "upper(domain)", "domain <> upper(domain)"),
    "empty for NULL": Value("alkemio", "platform_invitation", "lastName", "''", '"lastName" is null'),
    "NULL for empty": Value("alkemio", "space_about", "why", "null", "why is not null"),
    "a microsecond": Value("alkemio", "account", "createdDate", "\"createdDate\" + interval '1 us'"),
    "a number": Value("alkemio", "role", "version", "version # 1"),
    "a cent": Value("alkemio", "license_plan", "pricePerMonth", '"pricePerMonth" / 2', '"pricePerMonth" <> 0'),
    "a boolean": Value("alkemio", "license_entitlement", "enabled", "not enabled"),
    "a byte of a blob": Value("alkemio", "memo", "content", "content || '\\x00'::bytea", "content is not null"),
    "a blank in json": Value(
        "alkemio", "authorization_policy", "privilegeRules", "(\"privilegeRules\"::text || ' ')::json"
    ),
    "another whiteboard": Value("alkemio", "whiteboard", "content", "'eJwDAAAAAAE='"),
    "a label of an enum": Value("alkemio", "profile", "type", "(enum_range(type))[1]", "type > (enum_range(type))[1]"),
    "another parent": Value(
        "alkemio",
        "reference",
        "profileId",
        "(select max(id::text)::uuid from profile)",
        '"profileId" <> (select max(id::text)::uuid from profile)',
    ),
    "a number in jsonb": Value("kratos", "identities", "traits", "jsonb_set(traits, '{n}', '0.10000000000000000001')"),
    "a padded text": Value("kratos", "identity_login_codes", "address_type", "'elsewhere'"),
}

ROWS = {
    "two rows' values swapped": (
        "alkemio",
        "tagset_template",
        "name",
        "with ends as (select min(name) as low, max(name) as high from tagset_template) "
        "update tagset_template set name = case name when low then high else low end "
        "from ends where name in (low, high) returning id::text",
    ),
    "two columns' values swapped": (
        "alkemio",
        "discussion",
        "createdDate, updatedDate",
        'update discussion set "createdDate" = "updatedDate", "updatedDate" = "createdDate" '
        'where id = (select id from discussion where "createdDate" <> "updatedDate" limit 1) returning id::text',
    ),
    "a row less": (
        "alkemio",
        "activity",
        None,
        "delete from activity where id = (select id from activity limit 1) returning id::text",
    ),
    "a row more": (
        "kratos",
        "networks",
        None,
        "insert into networks (id, created_at, updated_at) values (gen_random_uuid(), now(), now()) returning id::text",
    ),
}

SCHEMA = {
    "an index dropped": (
        "kratos",
        "session_devices",
        "drop index session_devices_id_nid_idx",
        "index session_devices_id_nid_idx is missing",
    ),
    "an index more": (
        "alkemio",
        "visual",
        "create index mine_index on visual (id)",
        "index mine_index is not expected",
    ),
    "a foreign key dropped": (
        "kratos",
        "sessions",
        "alter table sessions drop constraint sessions_identity_id_fkey",
        "foreign key sessions_identity_id_fkey is missing",
    ),
    "a foreign key not validated": (
        "kratos",
        "identity_registration_codes",
        "alter table identity_registration_codes drop constraint {foreign_key}, add constraint {foreign_key} "
        "foreign key (nid) references networks (id) on update restrict on delete cascade not valid",
        "{foreign_key} differs in definition",
    ),
    "a unique constraint dropped": (
        "alkemio",
        "ai_server",
        'alter table ai_server drop constraint "REL_9d520fa5fed56042918e48fc4b"',
        "REL_9d520fa5fed56042918e48fc4b is missing",
    ),
    "a check dropped": (
        "kratos",
        "identity_recovery_tokens",
        "alter table identity_recovery_tokens drop constraint identity_recovery_tokens_token_type_ck",
        "identity_recovery_tokens_token_type_ck is missing",
    ),
    "a NOT NULL dropped": (
        "kratos",
        "selfservice_errors",
        "alter table selfservice_errors alter column csrf_token drop not null",
        "column csrf_token differs in nullability",
    ),
    "a default changed": (
        "kratos",
        "courier_messages",
        "alter table courier_messages alter column send_count set default 1",
        "column send_count differs in default",
    ),
    "a type widened": (
        "kratos",
        "session_token_exchanges",
        "alter table session_token_exchanges alter column init_code type text",
        "column init_code differs in type",
    ),
    "a column more": (
        "alkemio",
        "vc_interaction",
        "alter table vc_interaction add column mine text",
        "column mine is not expected",
    ),
    "a table more": ("alkemio", "mine", "create table mine (id int)", "table mine is not expected"),
    "a table unlogged": ("alkemio", "ai_persona", "alter table ai_persona set unlogged", "unlogged"),
    "a label more": (
        "alkemio",
        "enum profile_type_enum",
        "alter type profile_type_enum add value 'mine'",
        "enum profile_type_enum differs",
    ),
    "a sequence set back": (
        "alkemio",
        "sequences_behind_their_column",
        "select setval('\"space_rowId_seq\"', 1, false)",
        "sequences_behind_their_column",
    ),
}


@dataclass(frozen=True)
class Verified:
    """A verify after all changes of build: how it ended, what it reported, and the keys each change returned."""

    place: Place
    finished: Finished
    published: Finished
    violations: list[dict[str, Any]]
    keys: dict[str, list[str]]

    def of_table(self, system: str, table: str) -> list[dict[str, Any]]:
        """The violations of one table."""
        return [one for one in self.violations if (one["system"], one["table"]) == (system, table)]


@pytest.fixture(scope="module")
def verified(built: Place) -> Verified:
    keys: dict[str, list[str]] = {}
    deployment = built.deployment
    for system, url in deployment.targets.items():
        with connect_target(url) as connection:
            connection.execute("set search_path to convergence_build")
            statements = {name: value.statement for name, value in VALUES.items() if value.system == system}
            statements |= {name: statement for name, (of, _, _, statement) in ROWS.items() if of == system}
            for name, statement in statements.items():
                keys[name] = sorted(row[0] for row in connection.execute(statement.encode()))
            for of, _, statement, _ in SCHEMA.values():
                if of == system:
                    connection.execute(statement.format(foreign_key=FOREIGN_KEY).encode())
    finished = deployment.inv("verify")
    violations = deployment.report()["violations"]
    return Verified(built, finished, deployment.inv("publish"), violations, keys)


FOREIGN_KEY = "identity_registration_codes_networks_id_fk"


def test_a_changed_build_is_not_proved(verified: Verified) -> None:
    assert verified.finished.code == 1, verified.finished.told
    assert verified.finished.line.startswith("failed: verify: ")
    assert verified.place.untouched()


def test_a_build_that_is_not_proved_is_not_published(verified: Verified) -> None:
    assert verified.published.code == 3, verified.published.told
    assert "is not proved" in verified.published.line
    assert verified.place.untouched()


@pytest.mark.parametrize("name", VALUES)
def test_a_changed_value_is_named_by_column_and_key(verified: Verified, name: str) -> None:
    change = VALUES[name]
    assert len(verified.keys[name]) == 1
    (found,) = verified.of_table(change.system, change.table)
    assert (found["kind"], found["column"], found["rows"]) == ("digest_differs", change.column, 1)
    assert found["sample_keys"] == verified.keys[name]


@pytest.mark.parametrize("name", ROWS)
def test_changed_rows_are_named_by_key(verified: Verified, name: str) -> None:
    system, table, column, _ = ROWS[name]
    assert len(verified.keys[name]) == (2 if name.startswith("two rows") else 1)
    (found,) = verified.of_table(system, table)
    assert (found["kind"], found["column"], found["rows"]) == ("digest_differs", column, len(verified.keys[name]))
    assert found["sample_keys"] == verified.keys[name]


@pytest.mark.parametrize("name", SCHEMA)
def test_a_changed_schema_is_named(verified: Verified, name: str) -> None:
    system, table, _, told = SCHEMA[name]
    found = verified.of_table(system, table)
    assert any(told.format(foreign_key=FOREIGN_KEY) in one["rule"] for one in found), verified.violations


def test_nothing_else_is_blamed(verified: Verified) -> None:
    blamed = {(one["system"], one["table"]) for one in verified.violations if one["kind"] != "dbt_test"}
    changed = {(one.system, one.table) for one in VALUES.values()} | {(of, table) for of, table, *_ in ROWS.values()}
    assert blamed == changed | {(of, table) for of, table, *_ in SCHEMA.values() if "behind" not in table}


def test_changes_of_landing_are_found(verified: Verified) -> None:
    deployment = verified.place.deployment
    with connect_target(deployment.targets["kratos"]) as connection:
        connection.execute("set search_path to convergence_landing")
        connection.execute("delete from session_devices where id = (select id from session_devices limit 1)")
        connection.execute(
            "update courier_messages set body = body || '.' where id = (select id from courier_messages limit 1)"
        )
    _succeed(deployment, "load", "--system", "kratos")
    finished = deployment.inv("verify", "--system", "kratos")
    assert finished.code == 1, finished.told
    told = [one for one in deployment.report()["violations"] if one["kind"] != "dbt_test"]
    assert {(one["table"], one["column"]) for one in told} == {("session_devices", None), ("courier_messages", "body")}
    # Loading cannot mend it, and whoever tried that has to know.
    assert all("start a new run" in one["remedy"] for one in told)
    assert verified.place.untouched()


def test_a_failed_test_of_dbt_names_the_rows(verified: Verified) -> None:
    deployment, table = verified.place.deployment, "identity_recovery_tokens"
    with connect_target(deployment.targets["kratos"]) as connection:
        connection.execute("set search_path to convergence_build")
        connection.execute(f"alter table {table} drop constraint {table}_token_type_ck".encode())
        statement = f"update {table} set token_type = 3 where id in (select id from {table} limit 2) returning id::text"
        keys = sorted(row[0] for row in connection.execute(statement.encode()))
    finished = deployment.inv("verify", "--system", "kratos", "--full")
    assert finished.code == 1, finished.told
    found = [one for one in deployment.report()["violations"] if (one["table"], one["kind"]) == (table, "dbt_test")]
    assert [one["sample_keys"] for one in found if one["rule"].startswith("satisfies")] == [keys]
    page = (deployment.latest / "report.html").read_text(encoding="utf-8")
    assert all(key in page for key in keys)
