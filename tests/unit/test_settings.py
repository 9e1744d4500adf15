"""Settings: what is missing, unknown or malformed is named; what is secret is never shown."""

from __future__ import annotations

import os
from collections.abc import Iterator
from multiprocessing.reduction import ForkingPickler
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from runner import settings
from runner.errors import UsageError
from runner.settings import Address, parse_url
from runner.systems import System, named

SECRET = "s3cr3t-Wörd"
SOURCE = f"mysql://reader:{SECRET}@db.example:3307/alkemio"
TARGET = f"postgresql://owner:{SECRET}@pg.example:5433/alkemio"
SCHEMES = ("mysql",)


@pytest.fixture(autouse=True)
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A project folder of its own, and nothing set in the environment."""
    for name in os.environ:
        if name in {"WORK_DIR", "JOBS"} or name.startswith(("SOURCE_", "TARGET_")):
            monkeypatch.delenv(name)
    monkeypatch.setattr(settings, "ROOT", tmp_path)
    yield tmp_path


def test_nothing_set(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 6)
    found = settings.load()
    assert not found.configured
    assert found.jobs == 6
    assert found.work_dir.name == "work"


def test_everything_set(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_ALKEMIO_URL", SOURCE)
    monkeypatch.setenv("TARGET_ALKEMIO_URL", TARGET)
    monkeypatch.setenv("WORK_DIR", "elsewhere/work")
    monkeypatch.setenv("JOBS", "3")
    found = settings.load()
    alkemio = named("alkemio")
    assert found.configured
    assert found.source_url(alkemio).get_secret_value() == SOURCE
    assert found.target_url(alkemio).get_secret_value() == TARGET
    assert (found.work_dir, found.jobs) == (root / "elsewhere" / "work", 3)


def test_an_absolute_work_folder_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORK_DIR", "/var/runs")
    assert settings.load().work_dir == Path("/var/runs")


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        settings.load().jobs = 7


@pytest.mark.parametrize("side", ["source", "target"])
def test_a_missing_url_is_named(side: str) -> None:
    found = settings.load()
    with pytest.raises(UsageError, match=f"^{side.upper()}_KRATOS_URL is not set; see .env.example$"):
        getattr(found, f"{side}_url")(named("kratos"))


def test_the_file(root: Path) -> None:
    (root / ".env").write_text(f"# comment\nSOURCE_KRATOS_URL={SOURCE}\nexport JOBS='2'\n\nWORK_DIR=\n")
    found = settings.load()
    assert found.source_url(named("kratos")).get_secret_value() == SOURCE
    assert found.jobs == 2
    assert found.work_dir.name == "work"


def test_the_environment_wins_over_the_file(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (root / ".env").write_text(f"JOBS=2\nTARGET_KRATOS_URL={TARGET}\n")
    monkeypatch.setenv("JOBS", "5")
    monkeypatch.setenv("TARGET_KRATOS_URL", "")  # set and empty: not configured
    found = settings.load()
    assert found.jobs == 5
    assert not found.configured


def test_a_password_in_the_file_is_taken_as_it_is(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "somewhere")
    (root / ".env").write_text("SOURCE_KRATOS_URL=mysql://u:a${HOME}$b@h/d\n")
    found = settings.load().source_url(named("kratos"))
    assert parse_url(found, "X", SCHEMES).password.get_secret_value() == "a${HOME}$b"


def test_the_examples_file_is_legal(root: Path) -> None:
    (root / ".env").write_bytes((Path(__file__).parents[2] / ".env.example").read_bytes())
    assert not settings.load().configured


@pytest.mark.parametrize("name", ["SOURCE_ALKEMIO", "JOB", "source_alkemio_url", "PASSWORD", "DBT_TARGET"])
def test_an_unknown_name_in_the_file(root: Path, name: str) -> None:
    (root / ".env").write_text(f"{name}={SECRET}\n")
    with pytest.raises(UsageError) as caught:
        settings.load()
    assert str(caught.value) == f".env: unknown setting {name}; see .env.example"


def test_a_file_that_is_no_text(root: Path) -> None:
    (root / ".env").write_bytes(b"JOBS=\xff\xfe\n")
    with pytest.raises(UsageError, match=r"^\.env: cannot be read .*UTF-8$"):
        settings.load()


@pytest.mark.parametrize("name", ["SOURCE_ALKEMOI_URL", "TARGET_X_URL"])
def test_an_unknown_system(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, SOURCE)
    with pytest.raises(UsageError) as caught:
        settings.load()
    assert str(caught.value) == f"unknown setting {name}: the systems are ALKEMIO, KRATOS"


@pytest.mark.parametrize("value", ["0", "65", "-1", "two", "1.5", "99999999999999999999", SECRET])
def test_wrong_jobs(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("JOBS", value)
    with pytest.raises(UsageError) as caught:
        settings.load()
    message = str(caught.value)
    assert message.startswith("wrong setting: JOBS: ")
    assert SECRET not in message
    assert message.isprintable()
    assert caught.value.__suppress_context__


def test_an_address() -> None:
    found = parse_url(SecretStr("mysql://us%40er:p%3A%2F%40%25+x@h:3307/d%20b?ssl_ca=%2Fca.pem"), "X", SCHEMES)
    assert found == Address(
        scheme="mysql",
        host="h",
        port=3307,
        user="us@er",
        password=SecretStr("p:/@%+x"),
        database="d b",
        options={"ssl_ca": "/ca.pem"},
    )


@pytest.mark.parametrize(
    ("url", "schemes", "host", "port", "user"),
    [
        ("mysql://h/d", SCHEMES, "h", 3306, ""),
        ("mysql:///d", SCHEMES, "127.0.0.1", 3306, ""),
        ("postgresql://u@h/d", ("postgresql", "postgres"), "h", 5432, "u"),
        ("postgres://u@h/d", ("postgresql", "postgres"), "h", 5432, "u"),
        ("postgresql://u@/d?host=/var/run/postgresql", ("postgresql",), "/var/run/postgresql", 5432, "u"),
        ("mysql://u@[::1]:3307/d", SCHEMES, "::1", 3307, "u"),
    ],
)
def test_what_a_url_may_leave_out(url: str, schemes: tuple[str, ...], host: str, port: int, user: str) -> None:
    found = parse_url(SecretStr(url), "X", schemes)
    assert (found.host, found.port, found.user, found.database) == (host, port, user, "d")
    assert found.password.get_secret_value() == ""


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        (f"mysql://u:{SECRET}@h", "names no database"),
        (f"mysql://u:{SECRET}@h/", "names no database"),
        (f"mysql://u:{SECRET}@h/a/b", "names no database"),
        (f"postgresql://u:{SECRET}@h/d", "must start with mysql://"),
        (f"u:{SECRET}@h/d", "must start with mysql://"),
        (f"{SECRET}", "must start with mysql://"),
        ("", "must start with mysql://"),
        (f"mysql://u:{SECRET}@h:port/d", "is not a URL"),
        (f"mysql://u:{SECRET}@h:99999/d", "is not a URL"),
        (f"mysql://u:{SECRET}@[h/d", "is not a URL"),
        (f"mysql://u:#{SECRET}@h/d", "is not a URL|names no database"),
        (f"mysql://u:/{SECRET}@h/d", "is not a URL|names no database"),
        (f"mysql://u:x?{SECRET}@h/d", "is not a URL|names no database"),
        (f"mysql://u@h/d?password={SECRET}", "write password before the question mark"),
        (f"mysql://h/d?user=u&port=1&dbname={SECRET}", "write dbname, port, user before"),
    ],
)
def test_a_url_that_is_none(url: str, fault: str) -> None:
    with pytest.raises(UsageError, match=f"^SOURCE_X_URL:? ({fault})") as caught:
        parse_url(SecretStr(url), "SOURCE_X_URL", SCHEMES)
    assert SECRET not in str(caught.value)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_secrets_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_ALKEMIO_URL", SOURCE)
    monkeypatch.setenv("TARGET_ALKEMIO_URL", TARGET + f"?sslpassword={SECRET}")
    found = settings.load()
    address = parse_url(found.target_url(System("alkemio")), "TARGET_ALKEMIO_URL", ("postgresql",))
    assert address.options == {"sslpassword": SECRET}
    assert str(address) == "postgresql://pg.example:5433/alkemio"
    shown = [found, address, found.source_urls, found.model_dump(), found.model_dump_json(), vars(found)]
    for thing in shown:
        assert SECRET not in f"{thing!r} {thing!s} {thing}"


def test_an_address_reaches_a_worker_with_its_password() -> None:
    address = parse_url(SecretStr(SOURCE), "X", SCHEMES)
    again = ForkingPickler.loads(ForkingPickler.dumps(address))
    assert again == address
    assert again.password.get_secret_value() == SECRET
