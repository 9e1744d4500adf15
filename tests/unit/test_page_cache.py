"""Memory that holds a file is given back; nothing else changes, and nothing can go wrong by it."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from runner import page_cache
from runner.run import replacing
from tests.page_cache import resident

CONTENT = os.urandom(1 << 20)


@pytest.fixture
def written(tmp_path: Path) -> Path:
    with replacing(tmp_path / "0001.csv") as file:
        file.write(CONTENT)
    return tmp_path / "0001.csv"


def test_a_file_is_forgotten_and_can_be_read_again(written: Path) -> None:
    assert resident(written) == 256
    page_cache.forget(written)
    assert resident(written) == 0
    assert written.read_bytes() == CONTENT


def left_by(pause: float, path: Path) -> int:
    """The pages that stay in memory of a file that was written, not synced, and forgotten after a pause."""
    with path.open("wb", buffering=0) as file:
        file.write(CONTENT)
        page_cache.begin_writing(file.fileno(), 0, len(CONTENT))
        time.sleep(pause)
        page_cache.forget(path)
        return resident(path)


def test_a_file_is_on_its_way_to_the_disk_before_it_is_synced(tmp_path: Path) -> None:
    # Only what is on disk is forgotten at once; by itself the system would write after half a minute.
    assert 0 in (left_by(pause, tmp_path / f"{pause}.csv") for pause in (0.2, 1, 4, 16))


def test_a_link_is_not_followed(written: Path) -> None:
    (link := written.with_name("link")).symlink_to(written)
    page_cache.forget(link)
    assert resident(written) == 256


def test_a_file_that_is_gone_or_a_system_that_knows_no_such_advice_is_no_fault(
    written: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page_cache.forget(written.with_name("missing"))
    monkeypatch.delattr(os, "posix_fadvise")
    page_cache.forget(written)
    assert resident(written) == 256
