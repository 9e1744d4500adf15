"""The sandbox: an ordinary role, reachable from anywhere, running once, closed to others."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from runner.errors import UsageError
from runner.postgres import quarters, sandbox


@pytest.fixture(params=["open", "shut", "long and odd"])
def folder(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A sandbox folder that everybody can reach, one that only its owner can, one with a long odd name."""
    above = Path(tempfile.mkdtemp(prefix="sandbox test " if request.param == "long and odd" else "sandbox-"))
    if request.param != "shut":
        above.chmod(0o755)
    depth = [f"{number} 'quoted\" $HOME" + "x" * 50 for number in range(3)] if request.param == "long and odd" else []
    monkeypatch.setattr(sandbox, "FOLDER", above.joinpath(*depth, "target"))
    yield sandbox.FOLDER
    sandbox.stop()
    quarters.vacate(sandbox.FOLDER / "server")
    shutil.rmtree(above)


def test_start_again_stop_and_start(folder: Path) -> None:
    urls = sandbox.start()
    assert set(urls) == {"alkemio", "kratos"}
    with psycopg.connect(urls["alkemio"], autocommit=True) as connection:
        connection.execute("create table kept (id int)")
        first = connection.info.port
        pid = postmaster(folder)
    assert sandbox.start() == urls
    assert postmaster(folder) == pid
    sandbox.stop()
    sandbox.stop()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(urls["alkemio"])
    with psycopg.connect(sandbox.start()["alkemio"]) as connection:
        assert connection.execute("select count(*) from kept").fetchone() == (0,)
    assert first
    assert not list(folder.glob("**/data.half"))


def test_stale_pid_of_a_living_process(folder: Path) -> None:
    sandbox.start()
    os.kill(postmaster(folder), signal.SIGKILL)
    file = folder / "server" / "data" / "postmaster.pid"
    lines = file.read_text().splitlines()
    sleeper = subprocess.Popen(["sleep", "60"], **quarters.settle(folder / "server").run_as)
    file.write_text("\n".join([str(sleeper.pid), *lines[1:]]) + "\n")
    with psycopg.connect(sandbox.start()["kratos"]) as connection:
        assert connection.execute("select 1").fetchone() == (1,)
    sleeper.kill()
    sleeper.wait()


@pytest.mark.parametrize("folder", ["shut"], indirect=True)
def test_two_starts_at_once_make_one_server(folder: Path) -> None:
    with ThreadPoolExecutor(max_workers=2) as callers:
        first, second = callers.map(lambda _: sandbox.start(), range(2))
    assert first == second
    assert postmaster(folder)


@pytest.mark.parametrize("folder", ["shut"], indirect=True)
def test_cleaned_shelter_is_made_again(folder: Path) -> None:
    before = sandbox.start()
    sandbox.stop()
    shutil.rmtree((folder / "server").resolve())
    after = sandbox.start()
    assert set(after) == set(before)
    psycopg.connect(after["alkemio"]).close()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can work for somebody else")
@pytest.mark.parametrize("folder", ["open"], indirect=True)
def test_root_keeps_the_account_of_a_sandbox(folder: Path) -> None:
    folder.mkdir()
    nobody = pwd.getpwnam("nobody")
    (folder / "server").mkdir(mode=0o700)
    os.chown(folder / "server", nobody.pw_uid, nobody.pw_gid)
    psycopg.connect(sandbox.start()["alkemio"]).close()
    assert Path("/proc", str(postmaster(folder))).stat().st_uid == nobody.pw_uid


@pytest.mark.parametrize("folder", ["open"], indirect=True)
def test_role_owns_its_databases_and_nothing_else(folder: Path) -> None:
    urls = sandbox.start()
    assert folder.exists()
    for system, url in urls.items():
        with psycopg.connect(url) as connection:
            flags = connection.execute(
                "select rolname, rolsuper or rolcreaterole or rolcreatedb or rolreplication or rolbypassrls "
                "from pg_roles where rolname = current_user"
            ).fetchone()
            assert flags == (sandbox.ROLE, False)
            owner = connection.execute(
                "select datname, pg_get_userbyid(datdba), pg_encoding_to_char(encoding) "
                "from pg_database where datname = current_database()"
            ).fetchone()
            assert owner == (system, sandbox.ROLE, "UTF8")
            for extension in ("pg_trgm", "btree_gin"):
                connection.execute(f"create extension {extension}")


@pytest.mark.parametrize("folder", ["open", "shut"], indirect=True)
def test_others_cannot_get_in(folder: Path) -> None:
    above = folder.parent
    before = stat.S_IMODE(above.stat().st_mode)
    url = sandbox.start()["alkemio"]
    assert stat.S_IMODE(above.stat().st_mode) == before
    assert stat.S_IMODE((folder / "pgpass").stat().st_mode) == 0o600
    assert stat.S_IMODE((folder / "server").stat().st_mode) == 0o700
    password = url.partition("://")[2].partition(":")[2].partition("@")[0]
    for wrong in ("", ":", ":wrong"):
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(url.replace(f":{password}", wrong), passfile="/dev/null")
    commands = Path("/proc", str(postmaster(folder)), "cmdline").read_bytes()
    assert password.encode() not in commands


@pytest.mark.parametrize("folder", ["long and odd"], indirect=True)
def test_psql_command_can_be_pasted(folder: Path) -> None:
    with pytest.raises(UsageError):
        sandbox.psql_command("alkemio")
    url = sandbox.start()["alkemio"]
    line = sandbox.psql_command("alkemio")
    assert url.partition("://")[2].partition(":")[2].partition("@")[0] not in line
    answer = subprocess.run(
        ["sh", "-c", f"{line} --no-align --tuples-only --command 'select current_user'"],
        check=True,
        capture_output=True,
        text=True,
        cwd="/",
    )
    assert answer.stdout.strip() == sandbox.ROLE
    assert folder.exists()


@pytest.mark.parametrize("folder", ["open"], indirect=True)
def test_lost_passwords_are_explained(folder: Path) -> None:
    sandbox.start()
    kept = (folder / "pgpass").rename(folder / "kept")
    for written in (None, b"", b"\xff\n"):
        if written is not None:
            (folder / "pgpass").write_bytes(written)
        with pytest.raises(UsageError, match="lost its passwords"):
            sandbox.start()
    kept.rename(folder / "pgpass")
    assert sandbox.start()


def postmaster(folder: Path) -> int:
    return int((folder / "server" / "data" / "postmaster.pid").read_text().partition("\n")[0])
