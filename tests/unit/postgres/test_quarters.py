"""Quarters: nobody's permissions change, whoever owns the folder above."""

from __future__ import annotations

import os
import pwd
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from runner.errors import UsageError
from runner.postgres import quarters

AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root works for somebody else")


@pytest.fixture
def shut() -> Iterator[Path]:
    """A folder that only its owner may enter."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


@pytest.fixture
def tree(shut: Path) -> Path:
    """Programs beside a folder of libraries, closed to others as a strict umask makes them."""
    program = shut / "package" / "tree" / "bin" / "program"
    program.parent.mkdir(parents=True)
    program.write_text('#!/bin/sh\ncat "$(dirname "$0")/../../libraries/text"\n')
    program.chmod(0o700)
    library = shut / "package" / "libraries" / "text"
    library.parent.mkdir()
    library.write_text("found")
    library.chmod(0o600)
    (shut / "package" / "tree" / "include").mkdir()
    return shut / "package" / "tree"


def test_quarters_are_private_and_kept(shut: Path) -> None:
    place = shut / "above" / "place"
    made = quarters.settle(place)
    assert stat.S_IMODE(made.folder.stat().st_mode) == 0o700
    assert subprocess.run(["touch", "mine"], check=True, **made.run_as).returncode == 0
    assert quarters.settle(place) == made
    assert stat.S_IMODE(shut.stat().st_mode) == 0o700
    quarters.vacate(place)
    assert not made.folder.exists()
    assert not place.is_symlink()


@AS_ROOT
def test_root_gets_an_ordinary_account_and_a_shelter(shut: Path) -> None:
    made = quarters.settle(shut / "place")
    assert made.account is not None
    assert made.account.uid not in {0, os.geteuid()}
    assert not made.folder.is_relative_to(shut)
    assert (shut / "place").resolve() == made.folder
    quarters.vacate(shut / "place")


@AS_ROOT
def test_root_without_an_account_is_told(shut: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quarters, "ACCOUNTS", ("no-such-account",))
    with pytest.raises(UsageError, match="no-such-account"):
        quarters.settle(shut / "place")


@AS_ROOT
def test_root_distrusts_a_shelter_of_somebody_else(shut: Path) -> None:
    first = quarters.settle(shut / "place").folder
    stranger = pwd.getpwnam("daemon")
    os.chown(first, stranger.pw_uid, stranger.pw_gid)
    second = quarters.settle(shut / "place")
    assert second.folder != first
    assert second.account is not None
    assert second.account.uid != stranger.pw_uid
    quarters.vacate(shut / "place")
    first.rmdir()


def test_programs_run_from_where_they_are_or_from_a_whole_copy(shut: Path, tree: Path) -> None:
    made = quarters.settle(shut / "place")
    program = made.programs(tree, "bin/program", tree.with_name("libraries"))
    if os.geteuid() == 0:
        assert program.is_relative_to(made.folder)
        assert not list(made.folder.rglob("include"))
    else:
        assert program == tree / "bin/program"
    answer = subprocess.run([program], check=True, capture_output=True, text=True, **made.run_as)
    assert answer.stdout == "found"
    assert made.programs(tree, "bin/program", tree.with_name("libraries")) == program
    quarters.vacate(shut / "place")
