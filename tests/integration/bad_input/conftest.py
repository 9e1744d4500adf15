"""Two filled sources with their targets, and attempts on them in this process, by the same edge that `./inv` uses."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from runner import settings
from runner.commands import execution, outcome
from tests.integration import final
from tests.integration.bad_input.attempts import Attempt, Ended, Place
from tests.integration.deployment import Deployment, make_baseline, sources, targets
from tests.servers import Postgres, SourceServer


@pytest.fixture(scope="package")
def place(mysql: SourceServer, postgres17: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with sources(mysql, seed=41) as read, targets(postgres17) as written:
        for system, url in written.items():
            make_baseline(system, url)
        deployment = Deployment(read, written, tmp_path_factory.mktemp("work"))
        before = {system: final.seen(url) for system, url in written.items()}
        yield Place(deployment.settings, mysql, postgres17, deployment, before)


@pytest.fixture
def attempt(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Iterator[Attempt]:
    """A function that runs phases with the good settings but for those that are given (None is unset)."""
    monkeypatch.setattr(settings, "ROOT", tmp_path)

    def run(
        phases: tuple[str, ...] = ("check",),
        *,
        run_id: str | None = None,
        systems: tuple[str, ...] = (),
        tables: tuple[str, ...] = (),
        env_file: bytes = b"",
        **changed: str | None,
    ) -> Ended:
        (tmp_path / ".env").write_bytes(env_file)
        for name, value in ({**place.settings, "WORK_DIR": str(tmp_path / "work"), "JOBS": "1"} | changed).items():
            monkeypatch.delenv(name, raising=False)
            if value is not None:
                monkeypatch.setenv(name, value)
        capfd.readouterr()
        code = 0
        try:
            with outcome.told():
                execution.execute("check", phases, run_id=run_id, systems=systems, tables=tables)
        except SystemExit as ended:
            assert isinstance(ended.code, int)
            code = ended.code
        printed = capfd.readouterr().err
        assert printed.count("\n") == (1 if code else 0), printed
        return Ended(code, printed.rstrip("\n"))

    yield run
    structlog.reset_defaults()
