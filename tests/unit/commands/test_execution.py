"""Wrong use is told before anything is begun, and a run is at its end when it has left everything."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from runner.commands import execution
from runner.errors import UsageError
from runner.run import Run
from runner.runs.state import Options, State
from tests import reports

MIGRATE = Options("migrate", ("publish",), ("kratos",), (), False, False, {})


def test_an_unknown_system_leaves_no_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORK_DIR", str(tmp_path))
    with pytest.raises(UsageError, match="shop"):
        execution.execute("check", ("check",), systems=("shop",))
    assert [path for path in tmp_path.iterdir() if path.is_dir()] == []


class Struck(BaseException):
    """The process ends here, as when it is killed."""


@pytest.mark.parametrize("step", ["gather", "write_front_page", None])
def test_a_run_that_is_killed_before_it_left_everything_can_go_on(
    step: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def do(name: str) -> None:
        if name == step:
            raise Struck

    here = Run("id", tmp_path)
    State(tmp_path).begin(MIGRATE)
    done = SimpleNamespace(run=lambda _: (reports.succeeded(), None))
    monkeypatch.setattr(execution, "Execution", lambda *_, **__: done)
    monkeypatch.setattr("runner.proof.evidence.gather", lambda *_: do("gather"))
    monkeypatch.setattr("runner.pages.docs.write_front_page", lambda *_: do("write_front_page"))
    job: Any = SimpleNamespace(run=here, systems=(), settings=SimpleNamespace(work_dir=tmp_path), sandboxed=False)
    try:
        execution._conduct(job, MIGRATE, resume=False, locks=None)
    except Struck:
        assert step
    assert State(tmp_path).finished == (step is None)
