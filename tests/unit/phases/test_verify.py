"""The proofs of a system do not wait for each other."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import cast

import pytest
from pydantic import SecretStr

from runner import dbt
from runner.phases import verify
from runner.run import Run
from runner.settings import Address
from runner.systems import named

WHERE = Address("postgresql", "h", 1, "u", SecretStr("p"), "d")


class Engine:
    """Its tests last until the digests have begun."""

    def __init__(self) -> None:
        self.digesting = threading.Event()
        self.in_time = False

    def test(self, schema: str, *, full: bool) -> list[dbt.NodeResult]:
        self.in_time = self.digesting.wait(20)
        return []

    def prove(self, *_: object) -> list[verify.Proof]:
        self.digesting.set()
        return []


def test_digests_begin_while_dbt_tests(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run, engine = Run("id", tmp_path), Engine()
    run.write_result("load", "kratos", {"complete": True})
    run.write_result("stage", "kratos", {"tables": {}})
    monkeypatch.setattr("runner.postgres.landing.write_manifest", lambda *_: None)
    monkeypatch.setattr("runner.manifest.of_run", lambda *_: None)
    monkeypatch.setattr("runner.postgres.drift.find", lambda *_, **__: [])
    monkeypatch.setattr(verify, "prove", engine.prove)
    verify.verify(run, named("kratos"), WHERE, {}, cast(dbt.Engine, engine), 2, source=tmp_path)
    assert engine.in_time
    assert run.read_result("verify", "kratos")["tests"] == {"passed": 0, "run": 0}
