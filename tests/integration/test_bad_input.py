"""Everything a person can get wrong: one line that says what, where and what to do, the right exit code, no change.

Settings, servers and export folders are tried in this process, through the same edge that `./inv` uses; what
only a process can show is tried as one.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
import shutil
import signal
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import structlog
from psycopg import sql

from runner import settings
from runner.commands import execution, outcome
from runner.mysql import source
from runner.phases import check
from runner.systems import all_systems, named
from tests.integration import final
from tests.integration.deployment import Deployment, connect_target, inv, make_baseline, sources, targets
from tests.servers import Postgres, SourceServer
from tests.servers.process import HOST, free_port

VIOLATION, USAGE, REFUSAL = 1, 2, 3
KINDS = {VIOLATION: "failed: ", USAGE: "wrong use: ", REFUSAL: "refused: "}
URLS = [f"{side}_{system}_URL" for side in ("SOURCE", "TARGET") for system in ("ALKEMIO", "KRATOS")]
SECRET = "s3cret-of-the-url"


@dataclass(frozen=True)
class Place:
    """Settings that are all right, their servers, and what was in public at first."""

    settings: dict[str, str]
    source_server: SourceServer
    target_server: Postgres
    deployment: Deployment
    before: dict[str, final.Final]

    def untouched(self) -> bool:
        """Whether public of both targets is as it was."""
        return self.before == {name: final.seen(url) for name, url in self.deployment.targets.items()}


@pytest.fixture(scope="module")
def place(mysql: SourceServer, postgres17: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with sources(mysql, seed=41) as read, targets(postgres17) as written:
        for system, url in written.items():
            make_baseline(system, url)
        deployment = Deployment(read, written, tmp_path_factory.mktemp("work"))
        before = {system: final.seen(url) for system, url in written.items()}
        yield Place(deployment.settings, mysql, postgres17, deployment, before)


@dataclass(frozen=True)
class Ended:
    """How an attempt ended: the exit code and the only line on standard error, none after success."""

    code: int
    line: str


Attempt = Callable[..., Ended]


@pytest.fixture
def attempt(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Iterator[Attempt]:
    """A function that runs phases with the good settings but for those that are given (None is unset)."""
    monkeypatch.setattr(settings, "ROOT", tmp_path)
    handler = signal.getsignal(signal.SIGTERM)

    def run(
        phases: tuple[str, ...] = ("check",),
        *,
        run_id: str | None = None,
        systems: tuple[str, ...] = (),
        tables: tuple[str, ...] = (),
        env_file: bytes = b"",
        **changed: str | None,
    ) -> Ended:
        (tmp_path / ".env").write_bytes(env_file)
        for name, value in ({**place.settings, "WORK_DIR": str(tmp_path / "work"), "JOBS": "1"} | changed).items():
            monkeypatch.delenv(name, raising=False)
            if value is not None:
                monkeypatch.setenv(name, value)
        capfd.readouterr()
        code = 0
        try:
            with outcome.told():
                execution.execute("check", phases, run_id=run_id, systems=systems, tables=tables)
        except SystemExit as ended:
            assert isinstance(ended.code, int)
            code = ended.code
        printed = capfd.readouterr().err
        assert printed.count("\n") == (1 if code else 0), printed
        return Ended(code, printed.rstrip("\n"))

    yield run
    signal.signal(signal.SIGTERM, handler)
    structlog.reset_defaults()


def expect(ended: Ended, code: int, *words: str) -> None:
    """The exit code, the kind of fault it stands for, and words that the line must have."""
    assert (ended.code, ended.line.startswith(KINDS[code])) == (code, True), ended.line
    missing = [word for word in words if word not in ended.line]
    assert missing == [], ended.line
    assert SECRET not in ended.line
    assert "fault of this tool" not in ended.line
    # What to do follows on what is wrong, or what is wrong says what it must be.
    assert re.search(r"[;:,] .| must ", ended.line.partition(": ")[2]), ended.line


@pytest.mark.parametrize("variable", URLS)
def test_missing_url(attempt: Attempt, variable: str) -> None:
    expect(attempt(**{variable: None}), USAGE, f"{variable} is not set", ".env.example")


WRONG_URLS = {
    "no url": ("somewhere", "must start with"),
    "other scheme": ("https://u:{secret}@h/db", "must start with"),
    "no database": ("{scheme}://u:{secret}@h:1", "/database"),
    "empty database": ("{scheme}://u:{secret}@h:1/", "/database"),
    "two databases": ("{scheme}://u:{secret}@h:1/a/b", "/database"),
    "port in words": ("{scheme}://u:{secret}@h:port/db", "not a URL"),
    "port too large": ("{scheme}://u:{secret}@h:99999/db", "not a URL"),
    "half an address": ("{scheme}://u:{secret}@[::1/db", "not a URL"),
    "unknown option": ("{scheme}://u:{secret}@h/db?color=blue", "color"),
}


@pytest.mark.parametrize("fault", WRONG_URLS)
@pytest.mark.parametrize("variable", ["SOURCE_KRATOS_URL", "TARGET_KRATOS_URL"])
def test_malformed_url(attempt: Attempt, variable: str, fault: str) -> None:
    url, word = WRONG_URLS[fault]
    scheme = "mysql" if variable.startswith("SOURCE") else "postgresql"
    expect(attempt(**{variable: url.format(scheme=scheme, secret=SECRET)}), USAGE, variable, word)


def test_target_url_that_says_something_twice(attempt: Attempt) -> None:
    url = f"postgresql://u@h/db?password={SECRET}"
    expect(attempt(TARGET_KRATOS_URL=url), USAGE, "TARGET_KRATOS_URL", "before the question mark")


def test_target_url_with_a_wrong_ssl_mode(attempt: Attempt, place: Place) -> None:
    url = f"{place.settings['TARGET_KRATOS_URL']}?sslmode=perhaps"
    expect(attempt(TARGET_KRATOS_URL=url), USAGE, "TARGET_KRATOS_URL", "sslmode")


@pytest.mark.parametrize(
    ("variable", "option"),
    [("SOURCE_KRATOS_URL", "ssl_ca=/nowhere/ca.pem"), ("TARGET_KRATOS_URL", "sslrootcert=/nowhere/ca.pem")],
)
def test_missing_tls_file(attempt: Attempt, place: Place, variable: str, option: str) -> None:
    ended = attempt(**{variable: f"{place.settings[variable]}?{option}"})
    expect(ended, USAGE, variable, "/nowhere/ca.pem")


def test_target_without_the_tls_that_is_asked_for(attempt: Attempt, place: Place) -> None:
    ended = attempt(TARGET_KRATOS_URL=f"{place.settings['TARGET_KRATOS_URL']}?sslmode=require")
    expect(ended, VIOLATION, "TLS", "sslmode")


@pytest.mark.parametrize("jobs", ["0", "-1", "x", "1.5", "1000"])
def test_wrong_number_of_jobs(attempt: Attempt, jobs: str) -> None:
    expect(attempt(JOBS=jobs), USAGE, "JOBS")


def test_url_of_an_unknown_system(attempt: Attempt) -> None:
    expect(attempt(SOURCE_MATRIX_URL=f"mysql://u:{SECRET}@h/db"), USAGE, "SOURCE_MATRIX_URL", "ALKEMIO, KRATOS")


def test_unknown_setting_in_the_file(attempt: Attempt) -> None:
    expect(attempt(env_file=b"SOURCE_ALKEMO=mysql://u:s3cret-of-the-url@h/db\n"), USAGE, ".env", "SOURCE_ALKEMO")


def test_file_of_settings_that_is_no_text(attempt: Attempt) -> None:
    expect(attempt(env_file=b"JOBS=\xff\xfe\n"), USAGE, ".env", "UTF-8")


def test_work_folder_that_is_a_file(attempt: Attempt, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    expect(attempt(WORK_DIR=str(tmp_path / "file")), USAGE, "WORK_DIR", str(tmp_path / "file"))


def test_work_folder_that_cannot_be_made(attempt: Attempt) -> None:
    expect(attempt(WORK_DIR="/proc/convergence/work"), USAGE, "WORK_DIR", "/proc/convergence/work")


def test_one_database_for_two_targets(attempt: Attempt, place: Place) -> None:
    ended = attempt(TARGET_KRATOS_URL=place.settings["TARGET_ALKEMIO_URL"])
    expect(ended, USAGE, "TARGET_", "its own")


def test_unknown_system(attempt: Attempt) -> None:
    expect(attempt(systems=("matrix",)), USAGE, "'matrix'", "alkemio, kratos")


def test_unknown_table(attempt: Attempt) -> None:
    expect(attempt(tables=("no_such_table",)), USAGE, "no_such_table")


def test_table_of_another_system(attempt: Attempt) -> None:
    expect(attempt(systems=("kratos",), tables=("whiteboard",)), USAGE, "whiteboard")


@pytest.mark.parametrize("run_id", ["no-such-run", "../..", "/etc", "a b"])
def test_unknown_run(attempt: Attempt, run_id: str) -> None:
    expect(attempt(("stage",), run_id=run_id), USAGE, repr(run_id))


def _with(url: str, *, port: int | None = None, password: str | None = None, database: str | None = None) -> str:
    """A URL with another part."""
    found = re.fullmatch(r"(\w+)://([^:]+):([^@]+)@([^:]+):(\d+)/(.+)", url)
    assert found
    scheme, user, old_password, host, old_port, old_database = found.groups()
    return f"{scheme}://{user}:{password or old_password}@{host}:{port or old_port}/{database or old_database}"


SIDES = ["SOURCE_KRATOS_URL", "TARGET_KRATOS_URL"]


@pytest.mark.parametrize("variable", SIDES)
def test_no_server(attempt: Attempt, place: Place, variable: str) -> None:
    port = free_port()
    ended = attempt(**{variable: _with(place.settings[variable], port=port)})
    expect(ended, VIOLATION, "no server answers", f"{HOST}:{port}")
    assert place.untouched()


@pytest.mark.parametrize("variable", SIDES)
def test_wrong_password(attempt: Attempt, place: Place, variable: str) -> None:
    ended = attempt(**{variable: _with(place.settings[variable], password=SECRET)})
    expect(ended, VIOLATION, "password was refused", variable.partition("_")[0].lower())


@pytest.mark.parametrize("variable", SIDES)
def test_wrong_database(attempt: Attempt, place: Place, variable: str) -> None:
    ended = attempt(**{variable: _with(place.settings[variable], database="no_such_db")})
    expect(ended, VIOLATION, "no_such_db", "check the URL")


def test_another_kind_of_server(attempt: Attempt, place: Place) -> None:
    ended = attempt(TARGET_KRATOS_URL=_with(place.settings["TARGET_KRATOS_URL"], port=place.source_server.port))
    expect(ended, VIOLATION, f"{HOST}:{place.source_server.port}")


def test_all_faults_at_once(attempt: Attempt, place: Place) -> None:
    ports = [free_port() for _ in URLS]
    ended = attempt(**{name: _with(place.settings[name], port=port) for name, port in zip(URLS, ports, strict=True)})
    expect(ended, VIOLATION, *(f"{HOST}:{port}" for port in ports))


@pytest.fixture
def account(place: Place) -> Iterator[Callable[[str], str]]:
    """A function that makes an account with a grant and returns its URL of the Kratos source."""
    name = f"weak_{secrets.token_hex(4)}"

    def make(grant: str) -> str:
        database = place.settings["SOURCE_KRATOS_URL"].rpartition("/")[2]
        with place.source_server.connect() as connection, connection.cursor() as cursor:
            cursor.execute("create user %s@'%%' identified by %s", (name, SECRET))
            if grant:
                cursor.execute(grant.format(database=database, account=f"'{name}'@'%'"))
        return place.source_server.url(database, name, SECRET)

    yield make
    place.source_server.drop_account(name)


@pytest.mark.parametrize(
    ("grant", "words"),
    [
        ("", ("may not read", "GRANT SELECT")),
        ("grant select on `{database}`.identities to {account}", ("is missing",)),
        ("grant insert on `{database}`.* to {account}", ("may not read", "GRANT SELECT")),
    ],
    ids=["none", "one table", "other"],
)
def test_missing_privilege(attempt: Attempt, account: Callable[[str], str], grant: str, words: tuple[str, ...]) -> None:
    expect(attempt(SOURCE_KRATOS_URL=account(grant)), REFUSAL, *words)


@pytest.mark.parametrize(
    ("kind", "version"), [("mysql", "5.7.44"), ("mysql", "10.0.1"), ("mariadb", "10.5.27-MariaDB")]
)
def test_unsupported_source(attempt: Attempt, monkeypatch: pytest.MonkeyPatch, kind: Any, version: str) -> None:
    monkeypatch.setattr(source, "server", lambda _: source.Server(kind, version))
    expect(attempt(), REFUSAL, version, "not supported", "MySQL 8.0")


def test_unsupported_target(attempt: Attempt, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "_OLDEST_TARGET", 990000)
    expect(attempt(), REFUSAL, "Postgres 17 is too old", "15 to 18")


def test_source_of_another_system(attempt: Attempt, place: Place) -> None:
    ended = attempt(SOURCE_KRATOS_URL=place.settings["SOURCE_ALKEMIO_URL"])
    expect(ended, REFUSAL, "supported kratos schema", "skipped_tables.csv")


@pytest.fixture
def database(place: Place) -> Iterator[Callable[..., str]]:
    """A function that makes a database with options, owned by a role or not, and returns the role's URL of it."""
    name = f"odd_{secrets.token_hex(4)}"

    def make(options: str, *, owned: bool = True) -> str:
        with place.target_server.connect() as connection:
            role = sql.Identifier(name)
            connection.execute(sql.SQL("create role {} login password {}").format(role, sql.Literal(SECRET)))
            owner = sql.SQL("owner {}").format(role) if owned else sql.SQL("")
            # The options are written in this file.
            statement = sql.SQL("create database {} {} template template0 {}")
            connection.execute(statement.format(role, owner, sql.SQL(options)))
        return place.target_server.url(name, name, SECRET)

    yield make
    place.target_server.drop_role_and_database(name)


@pytest.mark.parametrize("encoding", ["SQL_ASCII", "LATIN1"])
def test_target_in_another_encoding(attempt: Attempt, database: Callable[..., str], encoding: str) -> None:
    url = database(f"encoding '{encoding}' lc_collate 'C' lc_ctype 'C'")
    expect(attempt(TARGET_KRATOS_URL=url), REFUSAL, encoding, "ENCODING 'UTF8'")


def test_role_that_may_not_create(attempt: Attempt, database: Callable[..., str]) -> None:
    expect(attempt(TARGET_KRATOS_URL=database("", owned=False)), REFUSAL, "may not create schemas", "owner")


# Export folders: one table is enough, `--table` chooses it.

CHOSEN = {"systems": ("kratos",), "tables": ("networks",)}
TO_STAGE = ("check", "export", "stage")
Document = dict[str, Any]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An export of one table that is all right."""
    sample, made = named("kratos").sample_folder, tmp_path / "export of kratos"
    shutil.copytree(sample / "networks", made / "networks")
    document = json.loads((sample / "manifest.json").read_bytes())
    document["tables"] = [table for table in document["tables"] if table["name"] == "networks"]
    (made / "manifest.json").write_text(json.dumps(document))
    return made


def test_all_is_right_before_it_is_broken(attempt: Attempt, place: Place, folder: Path) -> None:
    assert attempt() == Ended(0, "")
    assert attempt(TO_STAGE, SOURCE_KRATOS_URL=f"csv:{folder}", **CHOSEN) == Ended(0, "")
    assert place.untouched()


def _entry(document: Document) -> Document:
    entry: Document = document["tables"][0]["files"][0]
    return entry


def _edit(change: Callable[[Document], object]) -> Callable[[Path], object]:
    def edit(folder: Path) -> None:
        document = json.loads((folder / "manifest.json").read_bytes())
        change(document)
        (folder / "manifest.json").write_text(json.dumps(document))

    return edit


def _folder_instead(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _link(path: Path) -> None:
    real = path.rename(path.with_name(f"real {path.name}"))
    path.symlink_to(real)


def _device(path: Path) -> None:
    path.unlink()
    os.mknod(path, stat.S_IFCHR | 0o600, os.makedev(1, 5))  # zeros without end


def _pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


MANIFESTS: dict[str, tuple[Callable[[Path], object], tuple[str, ...]]] = {
    "no manifest": (lambda folder: (folder / "manifest.json").unlink(), ("manifest.json", "cannot be read")),
    "a folder for a manifest": (
        lambda folder: _folder_instead(folder / "manifest.json"),
        ("manifest.json", "cannot be read"),
    ),
    "empty": (lambda folder: (folder / "manifest.json").write_bytes(b""), ("manifest.json",)),
    "no JSON": (lambda folder: (folder / "manifest.json").write_bytes(b"{"), ("manifest.json",)),
    "no UTF-8": (lambda folder: (folder / "manifest.json").write_bytes(b'{"format": "\xff"}'), ("manifest.json",)),
    "a list": (lambda folder: (folder / "manifest.json").write_bytes(b"[]"), ("manifest.json",)),
    "another format": (_edit(lambda document: document.update(format=2)), ("format",)),
    "an unknown field": (_edit(lambda document: document.update(color="blue")), ("color",)),
    "another digest": (_edit(lambda document: document.update(digest="md5")), ("digest",)),
    "another system": (_edit(lambda document: document.update(system="alkemio")), ("alkemio", "kratos")),
    "no tables": (_edit(lambda document: document.update(tables=[])), ("networks",)),
    "a table twice": (_edit(lambda document: document["tables"].append(document["tables"][0])), ("twice",)),
    "a file twice": (
        _edit(lambda document: document["tables"][0]["files"].append(_entry(document))),
        ("tables.0", "twice"),
    ),
    "other columns": (_edit(lambda document: document["tables"][0].update(columns=["id"])), ("networks", "columns")),
    "negative rows": (_edit(lambda document: _entry(document).update(rows=-1)), ("rows",)),
    "rows as text": (_edit(lambda document: _entry(document).update(rows="5")), ("rows",)),
    "endless seconds": (_edit(lambda document: _entry(document).update(seconds=float("inf"))), ("manifest.json",)),
    "a path out of the folder": (_edit(lambda document: _entry(document).update(path="../0001.csv")), ("path",)),
    "a path of the machine": (_edit(lambda document: _entry(document).update(path="/etc/0001.csv")), ("path",)),
    "a path to another table": (
        _edit(lambda document: _entry(document).update(path="identities/0001.csv")),
        ("identities/0001.csv", "networks"),
    ),
    "a missing file": (lambda folder: (folder / "networks" / "0001.csv").unlink(), ("networks/0001.csv", "missing")),
    "a folder for a file": (
        lambda folder: _folder_instead(folder / "networks" / "0001.csv"),
        ("networks/0001.csv", "no plain file"),
    ),
    "a link for a file": (lambda folder: _link(folder / "networks" / "0001.csv"), ("networks/0001.csv", "plain file")),
    "a link for a folder": (lambda folder: _link(folder / "networks"), ("networks/0001.csv", "plain file")),
    "a link for a manifest": (lambda folder: _link(folder / "manifest.json"), ("manifest.json", "cannot be read")),
    "a pipe for a manifest": (lambda folder: _pipe(folder / "manifest.json"), ("manifest.json", "plain file")),
    "a pipe for a file": (lambda folder: _pipe(folder / "networks" / "0001.csv"), ("networks/0001.csv", "plain file")),
    "a device for a file": (
        lambda folder: _device(folder / "networks" / "0001.csv"),
        ("networks/0001.csv", "plain file"),
    ),
    "a huge manifest": (
        lambda folder: (folder / "manifest.json").write_bytes(b" " * (9 << 20)),
        ("manifest.json", "8 MiB"),
    ),
    "a deep manifest": (
        lambda folder: (folder / "manifest.json").write_bytes(b"[" * (7 << 20)),
        ("manifest.json", "recursion"),
    ),
    "millions of files": (
        _edit(lambda document: document["tables"][0].update(files=[{}] * 2_000_000)),
        ("manifest.json", "tables.0.files.0"),
    ),
    "a gigantic name": (_edit(lambda document: document["tables"][0].update(name="n" * 7_000_000)), ("tables.0.name",)),
    "a name with a line break": (
        _edit(lambda document: document["tables"][0].update(name="net\nworks")),
        ("tables.0.name",),
    ),
    "absurd rows": (_edit(lambda document: _entry(document).update(rows=10**18)), ("too short",)),
    "absurd bytes": (
        _edit(lambda document: _entry(document).update(bytes=10**18, rows=1)),
        ("networks/0001.csv", "bytes, the manifest says 1000000000000000000"),
    ),
    "an absurd line": (_edit(lambda document: _entry(document).update(longest_line=10**18)), ("too short",)),
    "numbers beyond all": (_edit(lambda document: _entry(document).update(rows=10**400)), ("manifest.json",)),
    "a cut file": (
        lambda folder: (folder / "networks" / "0001.csv").write_bytes(b"x"),
        ("networks/0001.csv", "1 bytes, the manifest says"),
    ),
    "another hash": (
        _edit(lambda document: _entry(document).update(sha256="0" * 64)),
        ("networks/0001.csv", "SHA-256"),
    ),
}


@pytest.mark.parametrize("fault", MANIFESTS)
def test_export_that_is_not_what_its_manifest_says(attempt: Attempt, place: Place, folder: Path, fault: str) -> None:
    spoil, words = MANIFESTS[fault]
    spoil(folder)
    expect(attempt(("check", "export"), SOURCE_KRATOS_URL=f"csv:{folder}", **CHOSEN), VIOLATION, *words)
    assert place.untouched()


def test_export_larger_than_the_disk(attempt: Attempt, place: Place, folder: Path) -> None:
    size = 1 << 42
    with (folder / "networks" / "0001.csv").open("r+b") as file:
        file.truncate(size)  # of zeros that take no room
    _edit(lambda document: _entry(document).update(bytes=size))(folder)
    ended = attempt(("check", "export"), SOURCE_KRATOS_URL=f"csv:{folder}", **CHOSEN)
    expect(ended, REFUSAL, "MiB are free", "make room")
    assert place.untouched()


@pytest.mark.parametrize("url", ["csv:", "csv:no/such/folder", "csv:README.md"])
def test_export_folder_that_is_none(attempt: Attempt, url: str) -> None:
    expect(attempt(SOURCE_KRATOS_URL=url), USAGE, "SOURCE_KRATOS_URL")


RECORD = b'"16e07c56-2224-48e0-a1aa-46ca5014670f",2020-01-01 00:00:00,2020-01-01 00:00:00\n'
CONTENTS = {
    "a NUL": RECORD.replace(b"16e07c56", b"\x00"),
    "no UTF-8": RECORD.replace(b"16e07c56", b"\xff\xfe"),
    "an unclosed quote": RECORD.replace(b'f",', b"f,"),
    "a field less": RECORD.replace(b",2020-01-01 00:00:00\n", b"\n"),
    "a field more": RECORD.replace(b"\n", b",\n"),
    "no uuid": RECORD.replace(b"16e07c56-", b""),
    "a cut record": RECORD[:-10],
}


@pytest.mark.parametrize("fault", CONTENTS)
def test_export_with_a_malformed_file(attempt: Attempt, place: Place, folder: Path, fault: str) -> None:
    path = folder / "networks" / "0001.csv"
    path.write_bytes(RECORD.replace(b"16e07c56", b"26e07c56") + CONTENTS[fault])
    _edit(lambda document: _entry(document).update(_facts(path.read_bytes())))(folder)
    ended = attempt(TO_STAGE, SOURCE_KRATOS_URL=f"csv:{folder}", **CHOSEN)
    expect(ended, VIOLATION, "kratos.networks", "networks/0001.csv")
    assert place.untouched()


def _facts(content: bytes) -> Document:
    return {
        "rows": 2,
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "longest_line": max(len(line) + 1 for line in content.split(b"\n")),
    }


# What only a process can show.


def test_full_disk(place: Place, tmp_path: Path) -> None:
    given = replace(place.deployment, work=tmp_path / "work")
    finished = given.inv("migrate", "--system", "kratos", file_limit=1_000_000)
    assert finished.code == VIOLATION, finished.told
    assert finished.line.startswith(KINDS[VIOLATION])
    assert "make room" in finished.line
    assert ".csv" in finished.line
    assert place.untouched()


@pytest.mark.parametrize("arguments", [("check", "--no-such-option"), ("no-such-task",), ("check", "--system")])
def test_unknown_words(place: Place, arguments: tuple[str, ...]) -> None:
    finished = inv(*arguments, environment=place.settings)
    assert finished.code == USAGE, finished.told
    assert arguments[-1] in finished.line


def test_wrong_use_of_a_process(place: Place) -> None:
    finished = inv("check", environment={**place.settings, "JOBS": "0"})
    assert finished.code == USAGE, finished.told
    assert finished.line.startswith(f"{KINDS[USAGE]}wrong setting: JOBS")


def test_systems_are_those_of_the_settings() -> None:
    assert {system.name.upper() for system in all_systems()} == {name.split("_")[1] for name in URLS}


def test_report_of_a_refusal(place: Place, tmp_path: Path) -> None:
    with connect_target(place.deployment.targets["kratos"]) as connection:
        connection.execute("create table foreign_table (id int)")
        try:
            given = replace(place.deployment, work=tmp_path / "work")
            finished = given.inv("check", "--system", "kratos")
        finally:
            connection.execute("drop table foreign_table")
    assert finished.code == REFUSAL, finished.told
    assert "foreign_table" in finished.line
    report = given.report()
    assert report["status"] == "refused"
    assert report["error"]["message"] == finished.line.removeprefix(KINDS[REFUSAL])
    assert place.untouched()
