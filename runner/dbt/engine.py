"""A dbt process that belongs to one system and one target."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any

from pydantic import SecretStr

from runner.dbt.nursery import Nursery
from runner.dbt.results import CHOSEN, NodeResult
from runner.errors import ModelError, UsageError, ViolationError
from runner.postgres.target import SESSION, address, parameters
from runner.settings import Address
from runner.systems import BUILD, System

# Compiling a query of a hundred counts would take longer than running it.
_SESSION = f"{SESSION} -c jit=off"
_BASELINE = "config.materialized:baseline_table"
_CROSS_SYSTEM = "tag:cross_system"

Notes = Mapping[str, Mapping[str, str]]


class Engine:
    """dbt for one target, parsing in the background from the moment it is made.

    `artifacts` receives compiled SQL, `run_results_<command>.json` and the documentation. `nursery` is one that
    several engines share; without it an engine has its own. Closing ends the process; use it as a context manager.
    """

    def __init__(
        self,
        system: System,
        target_url: SecretStr,
        *,
        artifacts: Path,
        threads: int = 2,
        nursery: Nursery | None = None,
    ) -> None:
        where = address(target_url, f"TARGET_{system.name.upper()}_URL")
        self._system = system
        artifacts.mkdir(parents=True, exist_ok=True)
        asked, requests = os.pipe()
        answers, told = os.pipe()
        self._requests = os.fdopen(requests, "w", encoding="utf-8")
        self._answers = os.fdopen(answers, encoding="utf-8")
        start = {
            "system": system.name,
            "artifacts": str(artifacts.resolve()),
            "threads": threads,
            "target": variables(where),
            "options": parameters(where, _SESSION),
        }
        self.nursery = nursery or Nursery()
        self._alone = nursery is None
        self.nursery.order(start, asked, told)
        for end in (asked, told):
            os.close(end)

    def run(
        self,
        schema: str = BUILD,
        tables: Sequence[str] | None = None,
        within: Mapping[str, str] | None = None,
        replaced: Collection[str] = (),
    ) -> list[NodeResult]:
        """Fill the tables of a schema from landing, all or the named ones; errors as with `invoke`.

        `within` has the conditions of tables that lack only some of their rows, over the columns of their models;
        of those in `replaced` such rows are still there, and each makes room for the one of its key.
        """
        if tables is None:
            return self.invoke(["run", "--select", _BASELINE], schema)
        return self.invoke(["run", "--select", f"tag:{CHOSEN}"], schema, tables, within, replaced)

    def test(self, schema: str = BUILD, *, full: bool = False) -> list[NodeResult]:
        """Test the tables of a schema: those tests at the gate, or with `full` every test of one system.

        All of them include those of the rules and of the reconciliation, which are made first. Errors as with
        `invoke`.
        """
        if not full:
            return self.invoke(["test", "--select", "tag:gate"], schema)
        self.invoke(["seed"], schema)
        self.invoke(["run", "--exclude", _BASELINE, _CROSS_SYSTEM], schema)
        return self.invoke(["test", "--exclude", _CROSS_SYSTEM], schema)

    def describe(self, schema: str = BUILD, notes: Notes | None = None) -> None:
        """Write down what the documentation says of every node; asks no server. Errors as with `invoke`.

        `notes` are put behind the descriptions of tables and columns, those of a table itself under an empty name.
        """
        self._ask({"command": ["describe"], "schema": schema, "notes": notes or {}})

    def docs(self, schema: str = BUILD) -> Path:
        """Write the documentation, one HTML file that needs no server, after `describe`; errors as with `invoke`."""
        answer = self._ask({"command": ["docs", "generate", "--no-compile"], "schema": schema})
        return Path(answer["page"])

    def invoke(
        self,
        command: Sequence[str],
        schema: str = BUILD,
        chosen: Sequence[str] = (),
        within: Mapping[str, str] | None = None,
        replaced: Collection[str] = (),
    ) -> list[NodeResult]:
        """Run any dbt command on the tables of a schema; the results of its nodes, failed tests included.

        While it runs the models of the `chosen` tables have the tag of that name: names of tables may hold what
        dbt's selections would take for a blank or a wildcard. `within` and `replaced` are as with `run`.

        ModelError names the system and the tables whose models failed; ViolationError says that dbt ended or the target
        cannot be reached; UsageError says why dbt itself could not do it.
        """
        answer = self._ask(
            {
                "command": list(command),
                "schema": schema,
                "chosen": list(chosen),
                "within": dict(within or {}),
                "replaced": sorted(replaced),
            }
        )
        results = [NodeResult(**result) for result in answer["results"]]
        broken = [result for result in results if result.kind != "test" and not result.passed]
        if broken:
            raise ModelError(self._told(broken))
        return results

    def close(self) -> None:
        """End the process, whatever it does; statements of its open connections are rolled back."""
        self.kill()
        self._answers.close()
        if self._alone:
            self.nursery.close()

    def kill(self) -> None:
        """End the process while another thread waits for its answer; `close` has to follow."""
        # A process that was killed leaves a request behind that nobody reads.
        with suppress(BrokenPipeError):
            self._requests.close()

    def __enter__(self) -> Engine:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _told(self, broken: list[NodeResult]) -> str:
        first = broken[0]
        others = f" and {len(broken) - 1} more" if len(broken) > 1 else ""
        return f"{self._system.name}.{first.table or first.name}{others}: dbt failed: {first.told}"

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        self._send(request)
        line = self._answers.readline()
        if not line:
            raise ViolationError(
                f"{self._system.name}: dbt ended unexpectedly; memory or a signal? "
                "run the task again, and if it happens again reinstall .venv"
            )
        answer: dict[str, Any] = json.loads(line)
        if "violation" in answer:
            raise ViolationError(f"{self._system.name}: {answer['violation']}")
        if "usage" in answer:
            raise UsageError(f"{self._system.name}: {answer['usage']}")
        return answer

    def _send(self, request: dict[str, Any]) -> None:
        # The process is gone; the answer that does not come tells it better.
        with suppress(BrokenPipeError):
            self._requests.write(json.dumps(request) + "\n")
            self._requests.flush()


@contextmanager
def engines(targets: Mapping[System, SecretStr], artifacts: Path, threads: int = 2) -> Iterator[dict[str, Engine]]:
    """An engine for the target of each system, by the system's name; dbt is imported once for all of them."""
    with ExitStack() as stack:
        nursery = stack.enter_context(Nursery())
        yield {
            system.name: stack.enter_context(
                Engine(system, url, artifacts=artifacts / system.name, threads=threads, nursery=nursery)
            )
            for system, url in targets.items()
        }


def variables(where: Address) -> dict[str, str]:
    """The variables of `profiles/profiles.yml` for a target."""
    return {
        "CONVERGENCE_HOST": where.host,
        "CONVERGENCE_PORT": str(where.port),
        "CONVERGENCE_USER": where.user,
        "CONVERGENCE_DATABASE": where.database,
        "DBT_ENV_SECRET_PASSWORD": where.password.get_secret_value(),
    }
