"""Encrypted connections: a server is believed for its certificate and name, and nothing falls back to less."""

from __future__ import annotations

import os
import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from psycopg import sql
from pydantic import SecretStr

from runner.errors import RefusalError, ViolationError
from runner.mysql import source
from runner.postgres import target
from runner.systems import named
from tests.integration.deployment import SAMPLE, Deployment, fill, targets
from tests.servers import MariaDB, MySQL, Postgres, SourceServer
from tests.servers.certificates import Authority, Certificate

PASSWORD = "a password"
_SHORT = timedelta(seconds=3)
RELOAD_SECONDS = 30


@dataclass(frozen=True)
class Papers:
    """What servers show and clients trust: `other` is an authority that signed nothing here."""

    authority: Authority
    other: Authority
    right: Certificate
    elsewhere: Certificate


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Papers:
    folder = tmp_path_factory.mktemp("papers")
    authority, other = Authority(folder), Authority(folder, "other authority")
    return Papers(
        authority,
        other,
        authority.issue("server"),
        authority.issue("elsewhere", ["db.example", "192.0.2.1"]),
    )


class Encrypted(MariaDB):
    """A MariaDB that shows what lies under one name; the other servers can be told while they run."""

    def command(self) -> list[str]:
        shown = self.folder / "shown.pem"
        return [*super().command(), f"--ssl-cert={shown}", f"--ssl-key={shown}", f"--ssl-ca={self.folder / 'ca.pem'}"]


@pytest.fixture(scope="module")
def encrypted(papers: Papers) -> Iterator[Encrypted]:
    """A running MariaDB with TLS."""
    server = Encrypted()
    _lay(server.folder, papers, papers.right)
    with server:
        yield server


def _lay(folder: Path, papers: Papers, shown: Certificate) -> Path:
    shutil.copy(papers.authority.file, folder / "ca.pem")
    (folder / "shown.pem").write_bytes(shown.key.read_bytes() + shown.file.read_bytes())
    (folder / "shown.pem").chmod(0o600)
    return folder / "shown.pem"


def show(server: SourceServer | Postgres, papers: Papers, certificate: Certificate) -> None:
    """Let a running server show a certificate to everyone who connects from now on."""
    if isinstance(server, Postgres):
        data = server.quarters.folder / "data"
        _lay(data, papers, certificate)
        for path in (data / "shown.pem", data / "ca.pem"):
            shutil.chown(path, data.stat().st_uid, data.stat().st_gid)
        told = {"ssl_cert_file": "shown.pem", "ssl_key_file": "shown.pem", "ssl_ca_file": "ca.pem", "ssl": "on"}
        with server.connect() as session:
            for name, value in told.items():
                session.execute(sql.SQL("alter system set {} = {}").format(sql.Identifier(name), sql.Literal(value)))
            session.execute("select pg_reload_conf()")
        _reloaded(server, papers, certificate)
        return
    shown = _lay(server.folder, papers, certificate)
    with server.connect() as connection, connection.cursor() as cursor:
        if isinstance(server, Encrypted):
            cursor.execute("flush ssl")
            return
        for name, path in {"ssl_ca": server.folder / "ca.pem", "ssl_cert": shown, "ssl_key": shown}.items():
            cursor.execute(f"set global {name} = %s", (str(path),))
        cursor.execute("alter instance reload tls")


def _reloaded(server: Postgres, papers: Papers, certificate: Certificate) -> None:
    """Wait until new connections see the certificate: a reload takes a moment."""
    url = f"{server.url('postgres', 'postgres', server.password)}?sslmode=verify-full"
    url += f"&sslrootcert={quote(str(papers.authority.file))}"
    end = time.monotonic() + RELOAD_SECONDS
    while time.monotonic() < end:
        try:
            psycopg.connect(url).close()
            right = True
        except psycopg.OperationalError:
            right = False
        if right == (certificate == papers.right):
            return
        time.sleep(0.05)
    raise AssertionError("the reload did not happen")


Connect = Callable[[str], object]
SERVERS = ["mysql", "encrypted", "postgres15", "postgres17"]


@pytest.fixture(scope="module", params=SERVERS)
def server(request: pytest.FixtureRequest) -> SourceServer | Postgres:
    """Each engine in turn."""
    found = request.getfixturevalue(request.param)
    assert isinstance(found, SourceServer | Postgres)
    return found


@pytest.fixture
def connect(server: SourceServer | Postgres) -> Connect:
    """A function that connects as the runner does, with options added to the URL; whether TLS is used."""

    def try_source(options: str) -> bool:
        assert isinstance(server, SourceServer)
        with source.connect(source.address(SecretStr(server.url("mysql") + options), "SOURCE")) as connection:
            return bool(source.fetch_all(connection, "show session status like 'Ssl_cipher'")[0][1])

    def try_target(options: str) -> bool:
        assert isinstance(server, Postgres)
        url = server.url("postgres", "postgres", server.password)
        with target.connect(target.address(SecretStr(url + options), "TARGET")) as connection:
            query = sql.SQL("select ssl from pg_stat_ssl where pid = pg_backend_pid()")
            return bool(target.fetch_value(connection, query))

    return try_source if isinstance(server, SourceServer) else try_target


def trusting(server: SourceServer | Postgres, authority: Authority) -> str:
    """The option that trusts an authority; on a target it also verifies, though libpq alone would not."""
    name = "ssl_ca" if isinstance(server, SourceServer) else "sslrootcert"
    return f"?{name}={quote(str(authority.file))}"


def unverified(server: SourceServer | Postgres) -> str:
    """The option that accepts any server."""
    return "?ssl=unverified" if isinstance(server, SourceServer) else "?sslmode=require"


def test_the_right_certificate(server: SourceServer | Postgres, connect: Connect, papers: Papers) -> None:
    show(server, papers, papers.right)
    assert connect(trusting(server, papers.authority)) is True


def test_loopback_is_encrypted_only_where_the_server_wants_it(
    server: SourceServer | Postgres, connect: Connect, papers: Papers
) -> None:
    show(server, papers, papers.right)
    assert connect("") is False
    if isinstance(server, SourceServer):
        with server.connect() as connection, connection.cursor() as cursor:
            cursor.execute("set global require_secure_transport = on")
            try:
                assert connect("") is True
            finally:
                cursor.execute("set global require_secure_transport = off")


def test_of_another_authority(server: SourceServer | Postgres, connect: Connect, papers: Papers) -> None:
    show(server, papers, papers.right)
    with pytest.raises(ViolationError, match=r"TLS.*certificate.*; check"):
        connect(trusting(server, papers.other))
    assert connect(unverified(server)) is True


def test_of_another_host(server: SourceServer | Postgres, connect: Connect, papers: Papers) -> None:
    show(server, papers, papers.elsewhere)
    with pytest.raises(ViolationError, match=r"TLS.*certificate.*; check"):
        connect(trusting(server, papers.authority))
    assert connect(unverified(server)) is True


def test_expired(server: SourceServer | Postgres, connect: Connect, papers: Papers) -> None:
    # MySQL does not load a certificate that has expired; it may do so later.
    end = time.monotonic() + _SHORT.total_seconds()
    show(server, papers, papers.authority.issue("expired", left=_SHORT))
    time.sleep(max(0.0, end + 1 - time.monotonic()))
    with pytest.raises(ViolationError, match=r"TLS.*certificate.*; check"):
        connect(trusting(server, papers.authority))
    assert connect(unverified(server)) is True


def test_of_an_authority_that_the_machine_does_not_know(
    server: SourceServer | Postgres, connect: Connect, papers: Papers
) -> None:
    show(server, papers, papers.right)
    option = "?ssl=verified" if isinstance(server, SourceServer) else "?sslmode=verify-full&sslrootcert=system"
    with pytest.raises(ViolationError, match="TLS"):
        connect(option)


@pytest.mark.parametrize("plain", ["mariadb", "postgres18"])
def test_a_server_without_tls(request: pytest.FixtureRequest, plain: str, papers: Papers) -> None:
    found = request.getfixturevalue(plain)
    asked = trusting(found, papers.authority)
    with pytest.raises(ViolationError, match="TLS"):
        if isinstance(found, Postgres):
            url = found.url("postgres", "postgres", found.password)
            target.connect(target.address(SecretStr(url + asked), "TARGET"))
        else:
            source.connect(source.address(SecretStr(found.url("mysql") + asked), "SOURCE"))


def test_both_sides_know_the_client_by_its_certificate(
    mysql: MySQL, postgres17: Postgres, papers: Papers, tmp_path: Path
) -> None:
    """Every connection of a run, dbt's too, has the certificates of the URLs: the servers let in no other."""
    account, database = f"mover_{secrets.token_hex(4)}", f"kratos_{secrets.token_hex(4)}"
    client = papers.authority.issue(account, [account])
    show(mysql, papers, papers.right)
    show(postgres17, papers, papers.right)
    fill(mysql, named("kratos"), database, seed=51)
    mysql.create_account(account, PASSWORD, ("SELECT", "RELOAD"))
    with mysql.connect() as connection, connection.cursor() as cursor:
        cursor.execute("alter user %s@'%%' require x509", (account,))
    hba = postgres17.quarters.folder / "data" / "pg_hba.conf"
    before = hba.read_text()
    with targets(postgres17) as written:
        hba.write_text(
            "hostssl all postgres 127.0.0.1/32 scram-sha-256\n"
            "hostssl all all 127.0.0.1/32 scram-sha-256 clientcert=verify-ca\n"
        )
        shutil.chown(hba, postgres17.quarters.folder.stat().st_uid)
        _reload(postgres17)
        try:
            files = {"ca": papers.authority.file, "cert": client.file, "key": client.key}
            options = "&".join(f"ssl_{name}={quote(str(path))}" for name, path in files.items())
            names = {"ca": "sslrootcert", "cert": "sslcert", "key": "sslkey"}
            wanted = "&".join(f"{names[name]}={quote(str(path))}" for name, path in files.items())
            url = mysql.url(database, account, PASSWORD)
            given = Deployment({"kratos": f"{url}?{options}"}, {"kratos": f"{written['kratos']}?{wanted}"}, tmp_path)
            _refused(replace(given, targets={"kratos": f"{written['kratos']}?sslmode=require"}), "target")
            _refused(replace(given, sources={"kratos": url}), "source")
            finished = given.inv("migrate", "--system", "kratos")
            assert (finished.code, finished.stderr) == (0, ""), finished.told
            assert (given.latest / "docs.kratos.html").exists()
        finally:
            hba.write_text(before)
            _reload(postgres17)
            mysql.drop_account(account)
            mysql.drop_database(database)


def _refused(deployment: Deployment, side: str) -> None:
    finished = deployment.inv("check", "--system", "kratos")
    assert finished.code == 1, finished.told
    assert side in finished.line


def _reload(server: Postgres) -> None:
    os.kill(server.pid, 1)
    psycopg.connect(f"{server.url('postgres', 'postgres', server.password)}?sslmode=require").close()


@pytest.mark.parametrize("side", ["SOURCE", "TARGET"])
def test_an_unverified_remote_server_is_refused(tmp_path: Path, side: str) -> None:
    urls = {"SOURCE": dict(SAMPLE), "TARGET": {name: "postgresql://u:p@127.0.0.1:1/" + name for name in SAMPLE}}
    scheme = "mysql" if side == "SOURCE" else "postgresql"
    urls[side] = {**urls[side], "kratos": f"{scheme}://u:{PASSWORD.replace(' ', '')}@db.example/kratos"}
    finished = Deployment(urls["SOURCE"], urls["TARGET"], tmp_path).inv("check", "--system", "kratos")
    assert finished.code == RefusalError.exit_code, finished.told
    assert f"{side}_KRATOS_URL" in finished.line
    assert "db.example" in finished.line
