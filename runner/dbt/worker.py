"""The processes of dbt: one that imports it and forks, and those that are forked, one for each engine.

The first takes its orders from the socket that is its standard input: which system and target, and two files. What it
forks reads requests from one of them and answers in the other, one JSON object a line. It ends with its requests, even
in the middle of a command, so that it never outlives its engine.
"""

from __future__ import annotations

import gc
import json
import os
import queue
import shutil
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC
from multiprocessing import resource_tracker
from pathlib import Path
from typing import Any, TextIO

from runner import interruption
from runner.catalog.names import quote_ansi, unquoted
from runner.dbt import adjustments, page
from runner.dbt.results import CHOSEN, NodeResult, scrubbed
from runner.systems import ROOT

# dbt parses again whenever anything about its target changes, though parsing asks no server. Under this
# address, the same for all, the parsed project is kept from run to run; `_place` says where it really is.
_NOWHERE = {
    "CONVERGENCE_DATABASE": "nowhere",
    "CONVERGENCE_HOST": "nowhere.invalid",
    "CONVERGENCE_PORT": "5432",
    "CONVERGENCE_USER": "nobody",
    "DBT_ENV_SECRET_PASSWORD": "",
}
_LONGEST = 1 << 16  # bytes of an order
_PARSED = "partial_parse.msgpack"
_QUIET = ("--log-level", "none", "--log-level-file", "none", "--no-print", "--no-use-colors")


def main() -> None:
    """Import dbt, then fork as ordered until the orders end."""
    orders = socket.socket(fileno=0)
    from dbt.cli.main import dbtRunner  # noqa: PLC0415 - seconds long, and only this process needs it

    adjustments.quote_every_name()
    adjustments.make_no_events()
    adjustments.share_the_empty_table()
    adjustments.look_up_no_flags()
    adjustments.encode_at_once()
    adjustments.link_once()
    # One for all that is forked; dbt would have each start its own.
    resource_tracker.ensure_running()
    gc.collect()
    gc.freeze()
    parent = os.getpid()
    children: list[int] = []
    while True:
        order, files, *_ = socket.recv_fds(orders, _LONGEST, 2)
        if not order:
            break
        if child := os.fork():
            children.append(child)
            for file in files:
                os.close(file)
            continue
        orders.close()
        interruption.die_with(parent)
        requests, answers = files
        _serve(dbtRunner, json.loads(order), _read(os.fdopen(requests, encoding="utf-8")), os.fdopen(answers, "w"))
    for child in children:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def _serve(runner: Any, start: dict[str, Any], requests: queue.SimpleQueue[dict[str, Any]], answers: TextIO) -> None:
    """Answer until the requests end, and the process with them."""
    # A parsed project is a hundred thousand objects that stay: a third of the time would go into asking which.
    gc.set_threshold(50_000, 20, 100)
    project = _Project(runner, start)
    adjustments.connect_with(start["options"])
    while True:
        request = requests.get()
        answers.write(json.dumps(project.answer(request)) + "\n")
        answers.flush()


def _read(lines: TextIO) -> queue.SimpleQueue[dict[str, Any]]:
    arrived: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()

    def read() -> None:
        for line in lines:
            arrived.put(json.loads(line))
        os._exit(0)

    threading.Thread(target=read, daemon=True).start()
    return arrived


class _Project:
    """The parsed project and how dbt is called on it."""

    def __init__(self, runner: Any, start: dict[str, Any]) -> None:
        self._runner = runner
        self._system: str = start["system"]
        self._artifacts = Path(start["artifacts"])
        self._threads: int = start["threads"]
        self._target: dict[str, str] = start["target"]
        self._placed: tuple[str, str] | None = None
        self._manifest, self._fault = self._parsed()
        self._written: dict[tuple[str, str], str] = {}
        self._results: dict[str, dict[str, Any]] = {}

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """Run one command and tell its results, or the one fault that kept it from having any."""
        if self._fault:
            return {"usage": self._fault}
        self._place(request["schema"])
        command: list[str] = request["command"]
        if command[0] == "describe":
            self._describe(request["notes"])
            # Only parsing writes the manifest, and what has run since belongs into the documentation too.
            self._manifest.write(str(self._artifacts / "manifest.json"))
            return {}
        with self._chosen(request.get("chosen", []), request.get("within", {}), request.get("replaced", [])):
            outcome = self._run(command)
        if outcome.exception is not None:
            return _told(outcome.exception)
        if command[0] == "docs":
            return self._completed()
        results = getattr(outcome.result, "results", None) or []
        for result in results:
            result.message = scrubbed(str(result.message or ""))
        if hasattr(outcome.result, "elapsed_time"):
            self._record(command[0], outcome.result)
        nodes = [_node_result(result, self._manifest) for result in results if hasattr(result, "status")]
        # Hooks are the project's own business, unless they fail.
        told = [node.as_json() for node in nodes if node.kind != "operation" or not node.passed]
        return {"results": told}

    def _completed(self) -> dict[str, Any]:
        try:
            return {"page": str(page.complete(self._artifacts))}
        except OSError as error:
            return _told(error)

    def _record(self, command: str, outcome: Any) -> None:
        """Write what became of each node; tables are filled by more than one command, and the last one counts."""
        known = self._results.setdefault(command, {})
        known |= {result.node.unique_id: result for result in outcome.results}
        outcome.results = list(known.values())
        outcome.write(str(self._artifacts / f"run_results_{command}.json"))

    def _parsed(self) -> tuple[Any, str]:
        os.environ.update(_NOWHERE)
        kept = ROOT / "target" / self._system / _PARSED
        outcome = self._run(["parse", *(["--partial-parse-file-path", str(kept)] if kept.exists() else [])])
        os.environ.update(self._target)
        if not outcome.success:
            return None, _told(outcome.exception).popitem()[1]
        _keep(self._artifacts / _PARSED, kept)
        return outcome.result, ""

    def _run(self, command: list[str]) -> Any:
        written = "--write-json" if command[0] == "docs" else "--no-write-json"
        places = ["--project-dir", str(ROOT), "--profiles-dir", str(ROOT / "profiles")]
        places += ["--target-path", str(self._artifacts), "--log-path", str(self._artifacts)]
        settings = ["--target", self._system, "--threads", str(self._threads), "--no-populate-cache", written]
        manifest = getattr(self, "_manifest", None)
        return self._runner(manifest=manifest).invoke([*command, *places, *settings, *_QUIET])

    def _place(self, schema: str) -> None:
        """Say which database the parsed nodes are in, and which of its schemas holds the baseline's tables."""
        place = (self._target["CONVERGENCE_DATABASE"], schema)
        if place == self._placed:
            return
        for node in (*self._manifest.nodes.values(), *self._manifest.sources.values()):
            before = f"{quote_ansi(node.database)}.{quote_ansi(node.schema)}."
            node.database = place[0]
            if node.config.get("materialized") == "baseline_table":
                node.schema = schema
            if node.relation_name:
                node.relation_name = node.relation_name.replace(
                    before, f"{quote_ansi(node.database)}.{quote_ansi(node.schema)}.", 1
                )
        self._manifest.build_flat_graph()
        self._placed = place

    @contextmanager
    def _chosen(self, tables: list[str], within: dict[str, str], replaced: list[str]) -> Iterator[None]:
        """Tag the models of these tables for as long as a command selects them, with what some of them lack."""
        nodes = [
            node for node in self._manifest.nodes.values() if node.resource_type == "model" and node.name in tables
        ]
        for node in nodes:
            node.tags.append(CHOSEN)
            if lacking := within.get(node.name):
                node.config["within"] = lacking
                node.config["replaced"] = node.name in replaced
        try:
            yield
        finally:
            for node in nodes:
                node.tags.remove(CHOSEN)
                if within.get(node.name):
                    del node.config["within"], node.config["replaced"]

    def _describe(self, notes: dict[str, dict[str, str]]) -> None:
        """Put notes behind the descriptions that the project's files have of tables and columns."""
        for node in (*self._manifest.nodes.values(), *self._manifest.sources.values()):
            if node.config.get("materialized") != "baseline_table" and node.resource_type != "source":
                continue
            for name, note in notes.get(node.name, {}).items():
                told = node.columns[name] if name else node
                written = self._written.setdefault((node.unique_id, name), told.description)
                told.description = "\n\n".join(filter(None, (written, note)))


def _keep(made: Path, kept: Path) -> None:
    """Keep the parsed project for the next run, complete or not at all; without it, parsing takes longer."""
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        beside = kept.with_suffix(f".{os.getpid()}")
        shutil.move(made, beside)
        beside.replace(kept)
    except OSError:
        made.unlink(missing_ok=True)


def _told(error: BaseException | None) -> dict[str, str]:
    """What a fault of dbt means: a target that is not there, or a project or installation that is wrong."""
    text = scrubbed(str(error)).splitlines() or [""]
    name = type(error).__name__
    if name in {"FailedToConnectError", "DbtDatabaseError"}:
        return {"violation": "dbt cannot use the target; check its URL and that it runs"}
    return {"usage": f"dbt could not start ({name}): {' '.join(line.strip() for line in text)}"}


def _node_result(result: Any, manifest: Any) -> NodeResult:
    node = result.node
    tested = manifest.nodes.get(getattr(node, "attached_node", None) or "")
    kind = str(node.resource_type.value)
    is_test = kind == "test"
    return NodeResult(
        unique_id=node.unique_id,
        name=node.name,
        kind=kind,
        table=node.name if kind == "model" else (tested.name if tested else ""),
        status=str(result.status.value),
        seconds=round(result.execution_time, 3),
        rows=(result.adapter_response or {}).get("rows_affected") if kind == "model" else None,
        failures=result.failures,
        message=result.message,
        column=unquoted(getattr(node, "column_name", None) or ""),
        stored_as=node.alias if is_test and str(result.status.value) in {"fail", "warn"} else "",
        started_at=_started_at(result),
    )


def _started_at(result: Any) -> str:
    """When a node began; dbt notes the time of each of its steps in UTC, without saying so."""
    began = [step.started_at for step in result.timing if step.started_at]
    return began[0].replace(tzinfo=UTC).isoformat() if began else ""


if __name__ == "__main__":
    main()
