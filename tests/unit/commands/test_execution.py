"""Wrong use is told before anything is begun."""

from __future__ import annotations

from pathlib import Path

import pytest

from runner.commands import execution
from runner.errors import UsageError


def test_an_unknown_system_leaves_no_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORK_DIR", str(tmp_path))
    with pytest.raises(UsageError, match="shop"):
        execution.execute("check", ("check",), systems=("shop",))
    assert [path for path in tmp_path.iterdir() if path.is_dir()] == []
