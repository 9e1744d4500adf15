"""Installs what the tests' servers need: Debian packages into the system, everything else below `.sandbox/`.

Idempotent, and quick when all is there. Each tree is made in a half state and renamed when it is whole, so
a killed provision is repaired by the next one.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers import places
from tests.servers.places import AXE, MYSQL, POSTGRES_17, POSTGRES_17_PACKAGE, SANDBOX, NotProvisionedError

# The -core packages have the server without a service; Postgres 15 brings its contrib extensions itself.
MARIADB_PACKAGES = ("mariadb-server-core", "mariadb-client-core")
POSTGRES_15_PACKAGE = "postgresql-15"
MYSQL_PACKAGES = "mysql-server-core,mysql-client-core"
POSTGRES_17_VERSION = "17.5.0-beta.15"
AXE_VERSION = "4.14.1"
BROWSER_PACKAGES = ("chromium", "chromium-driver")
# Node has certificates of its own; behind a proxy only the machine's, which apt and pip use, are right.
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
POLICY = Path("/usr/sbin/policy-rc.d")
POLICY_TEXT = Path(__file__).with_name("policy-rc.d").read_text(encoding="utf-8")


class ProvisionError(Exception):
    """A step cannot be done here; the message says what a person can do instead."""


def provision() -> Iterator[str]:
    """Installs what is missing; yields a line for each thing. ProvisionError when a step cannot be done."""
    SANDBOX.mkdir(exist_ok=True)
    with (SANDBOX / "provision.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        missing = [name for name, there in _debian().items() if not there]
        yield f"Debian packages: {'installing ' + ' '.join(missing) if missing else 'present'}"
        _install_debian(missing)
        for name, folder, present, make in (
            ("MySQL 9 of Debian unstable", MYSQL, places.mysql, _mysql),
            (f"Postgres {POSTGRES_17_VERSION}", POSTGRES_17, places.postgres17, _postgres17),
            (f"axe-core {AXE_VERSION}", AXE, places.axe, _axe),
        ):
            absent = not _present(present)
            yield f"{name}: {'installing' if absent else 'present'}"
            if absent:
                _whole(folder, make)
                present()


def _present(place: Callable[[], object]) -> bool:
    try:
        place()
    except NotProvisionedError:
        return False
    return True


def _debian() -> dict[str, bool]:
    return {
        **dict.fromkeys(MARIADB_PACKAGES, _present(places.mariadb)),
        POSTGRES_15_PACKAGE: _present(places.postgres15),
        "debootstrap": _present(places.mysql) or shutil.which("debootstrap", path="/usr/sbin:/usr/bin") is not None,
        "debian-archive-keyring": _present(places.mysql)
        or Path("/usr/share/keyrings/debian-archive-keyring.gpg").exists(),
        "npm": (_present(places.postgres17) and _present(places.axe)) or shutil.which("npm") is not None,
        **dict.fromkeys(BROWSER_PACKAGES, _present(places.chromium)),
        "tmux": _present(places.tmux),
    }


def _install_debian(packages: list[str]) -> None:
    if not packages:
        return
    install = ["apt-get", "install", "--yes", "--no-install-recommends", *packages]
    if os.geteuid() == 0:
        root: list[str] = []
    elif shutil.which("sudo"):
        root = ["sudo"]
    else:
        raise ProvisionError(f"as root, run: {' '.join(install)}")
    with _services_stay_down(root):
        _run([*root, "apt-get", "update", "--quiet"])
        _run([*root, "env", "DEBIAN_FRONTEND=noninteractive", *install])


@contextmanager
def _services_stay_down(root: list[str]) -> Iterator[None]:
    """Debian starts services as it installs them; a policy denies it for as long as this process lives."""
    if POLICY.exists() and "postgres-convergence" not in POLICY.read_text():
        yield  # somebody's own policy stays what it is
        return
    policy = SANDBOX / "policy-rc.d"
    policy.write_text(POLICY_TEXT.replace("PROVISIONER", str(os.getpid())))
    _run([*root, "install", "--mode=755", str(policy), str(POLICY)])
    try:
        yield
    finally:
        _run([*root, "rm", "-f", str(POLICY)])
        policy.unlink()


def _whole(folder: Path, make: Callable[[Path], None]) -> None:
    half = folder.with_name(f"{folder.name}.half")
    for rest in (half, folder):
        shutil.rmtree(rest, ignore_errors=True)
    half.mkdir(parents=True)
    make(half)
    half.rename(folder)


def _mysql(root: Path) -> None:
    # Unpacked, not installed: the tree's own loader runs the programs, with neither root nor a chroot.
    downloads = root / "downloads"
    mirror = _mirror()
    _run(
        [
            "debootstrap",
            "--download-only",
            "--variant=minbase",
            f"--include={MYSQL_PACKAGES}",
            "sid",
            str(downloads),
        ]
        + ([mirror] if mirror else [])
    )
    for package in sorted(downloads.glob("var/cache/apt/archives/*.deb")):
        _run(["dpkg-deb", "--extract", str(package), str(root)])
    shutil.rmtree(downloads)


def _mirror() -> str | None:
    """The mirror that this machine's apt uses for Debian, None where it has none."""
    question = [
        "apt-get",
        "indextargets",
        "--format",
        "$(REPO_URI)",
        "Created-By: Packages",
        "Origin: Debian",
    ]
    answer = subprocess.run(question, check=False, capture_output=True, text=True)
    mirrors = [line for line in answer.stdout.split() if line.startswith("http") and "security" not in line]
    return mirrors[0] if mirrors else None


def _postgres17(root: Path) -> None:
    _npm(root, f"{POSTGRES_17_PACKAGE}@{POSTGRES_17_VERSION}")
    _run(["node", "scripts/hydrate-symlinks.js"], root / "node_modules" / POSTGRES_17_PACKAGE)


def _axe(root: Path) -> None:
    _npm(root, f"axe-core@{AXE_VERSION}")


def _npm(root: Path, package: str) -> None:
    trusted = ["--cafile", str(CERTIFICATES)] if CERTIFICATES.exists() else []
    _run(["npm", "install", "--prefix", str(root), "--ignore-scripts", "--no-audit", "--no-fund", *trusted, package])


def _run(command: list[str], folder: Path | None = None) -> None:
    path = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
    done = subprocess.run(
        command, check=False, cwd=folder, capture_output=True, text=True, env={**os.environ, "PATH": path}
    )
    if done.returncode:
        raise ProvisionError(f"failed: {' '.join(command)}\n{(done.stdout + done.stderr)[-3000:]}")
