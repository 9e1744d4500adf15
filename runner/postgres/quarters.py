"""Where a Postgres server lives and as whom it runs, decided without changing anybody's permissions.

Postgres refuses to run as root. A server that root starts runs as an account that the machine already
has, and that account may be shut out of the folder it should live in: a clone below a folder of mode
0700 is common. Then the quarters are a folder elsewhere, and the wanted place is a link to it.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, TypedDict

from runner.errors import UsageError

ACCOUNTS = ("postgres", "nobody")
SHELTERS = (Path("/var/tmp"), Path(tempfile.gettempdir()))  # noqa: S108 - mkdtemp makes the folders in them


class RunAs(TypedDict, total=False):
    """The arguments of `subprocess` that say as whom and where a program runs."""

    user: int
    group: int
    extra_groups: list[int]
    cwd: Path


class Account(NamedTuple):
    """Whom a program runs as."""

    uid: int
    gid: int


@dataclass(frozen=True, slots=True)
class Quarters:
    """A folder and the account that owns it; `account` is None when the caller itself runs the server."""

    folder: Path
    account: Account | None

    @property
    def run_as(self) -> RunAs:
        """What to pass to `subprocess.run` or `Popen` so that a program runs here."""
        return {**_run_as(self.account), "cwd": self.folder}

    def programs(self, tree: Path, program: str, libraries: Path | None = None) -> Path:
        """The path of `program` below `tree`, or below a copy of `tree` when the account cannot reach it.

        `libraries` is a folder that has to stay where it is relative to `tree`, if there is one.
        OSError when the copy cannot be written.
        """
        if _succeeds(self.account, "test", "-x", str(tree / program)):
            return tree / program
        common = Path(os.path.commonpath([tree, libraries or tree.parent]))
        copy = self.folder / "programs"
        for part in (tree, libraries):
            if part is not None and not (copy / part.relative_to(common)).exists():
                _open_folder((copy / part.relative_to(common)).parent, self.folder)
                _copy(part, copy / part.relative_to(common))
        return copy / tree.relative_to(common) / program

    def give(self, path: Path) -> None:
        """Makes the account the owner of `path`, which the caller has just made."""
        if self.account is not None:
            os.chown(path, *self.account)


def settle(place: Path) -> Quarters:
    """Quarters at `place`, made if need be; `place` itself or, as a link, a folder that the account reaches.

    Quarters that are there keep their account, whoever made them. UsageError when root finds no account to
    run as, or no folder that this account can enter.
    """
    if place.is_symlink() and _owner(place) != _resident():
        place.unlink()  # cleaned by a reboot, and perhaps made again by somebody else
    if _owner(place) in {None, Account(0, 0)}:
        _build(place)
    owner = _owner(place)
    return Quarters(place.resolve(), owner if os.geteuid() == 0 else None)


def vacate(place: Path) -> None:
    """Removes the quarters at `place` with everything in them; nothing happens when there are none."""
    if place.is_symlink():
        shutil.rmtree(place.resolve(), ignore_errors=True)
        place.unlink(missing_ok=True)
    else:
        shutil.rmtree(place, ignore_errors=True)


def _build(place: Path) -> None:
    resident = _resident()
    account = resident if os.geteuid() == 0 else None
    place.parent.mkdir(parents=True, exist_ok=True)
    folder = place if _habitable(place, account) else _shelter(account)
    folder.mkdir(mode=0o700, exist_ok=True)
    Quarters(folder, account).give(folder)
    if folder != place:
        place.symlink_to(folder)


def _habitable(place: Path, account: Account | None) -> bool:
    """Whether the account reaches the place, and Postgres's programs, copied there, could start each other.

    initdb passes its own folder through a shell between double quotes.
    """
    return not set(str(place)) & set('"$`\\') and _succeeds(account, "test", "-x", str(place.parent))


def _owner(folder: Path) -> Account | None:
    try:
        found = folder.stat()
    except FileNotFoundError:
        return None
    return Account(found.st_uid, found.st_gid)


def _resident() -> Account:
    """Who is to live in quarters that are made now."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    for name in ACCOUNTS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    raise UsageError(f"Postgres does not run as root and none of the accounts {', '.join(ACCOUNTS)} exists")


def _shelter(account: Account | None) -> Path:
    for folder in SHELTERS:
        if _succeeds(account, "test", "-x", str(folder)):
            return Path(tempfile.mkdtemp(prefix="convergence-", dir=folder))
    places = ", ".join(str(folder) for folder in SHELTERS)
    raise UsageError(f"no folder for a Postgres server: its account cannot enter {places}; set TMPDIR")


def _run_as(account: Account | None) -> RunAs:
    if account is None:
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}


def _succeeds(account: Account | None, *command: str) -> bool:
    return subprocess.run(command, check=False, **_run_as(account)).returncode == 0


def _open_folder(folder: Path, above: Path) -> None:
    # Step by step, because the caller's umask may shut new folders to the account.
    for part in reversed([path for path in (folder, *folder.parents) if path.is_relative_to(above)]):
        if part != above:
            part.mkdir(exist_ok=True)
            part.chmod(0o755)


def _copy(tree: Path, target: Path) -> None:
    # A killed copy must not be taken for a whole one.
    half = target.with_name(f"{target.name}.half")
    shutil.rmtree(half, ignore_errors=True)
    shutil.copytree(tree, half, symlinks=True, ignore=shutil.ignore_patterns("include", "doc", "*.a"))
    for path in (half, *half.rglob("*")):
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(mode | (0o555 if mode & 0o100 else 0o444))
    half.rename(target)
