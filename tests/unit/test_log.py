"""The log: whole JSON lines from many processes, all fields, no secret, no control character."""

import json
import multiprocessing
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import structlog

from runner import log
from runner.console import console
from runner.errors import UsageError
from runner.systems import ROOT

PROCESSES, EVENTS = 4, 200


@pytest.fixture(autouse=True)
def _quiet_again() -> Any:
    yield
    structlog.reset_defaults()


def _events(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "log.jsonl").read_text(encoding="utf-8").splitlines()]


def test_an_event_has_every_field_in_order(tmp_path: Path) -> None:
    log.configure(tmp_path, "run-1", console=False, endpoints={"alkemio": ("mysql alkemio", "postgres app")})
    log.bound(phase="load", system="alkemio", table="user").info(
        "table loaded", outcome="succeeded", seconds=1.5, rows=3
    )
    (event,) = _events(tmp_path)
    assert tuple(event) == tuple(log.FIELDS)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z", event.pop("timestamp"))
    assert event == {
        "level": "info",
        "run_id": "run-1",
        "phase": "load",
        "system": "alkemio",
        "table": "user",
        "event": "table loaded",
        "outcome": "succeeded",
        "seconds": 1.5,
        "rows": 3,
        "source": "mysql alkemio",
        "target": "postgres app",
    }


def test_fields_that_do_not_apply_are_null(tmp_path: Path) -> None:
    log.configure(tmp_path, "run-1", console=False)
    log.bound().warning("odd", chunk=7)
    (event,) = _events(tmp_path)
    assert event["table"] is None
    assert event["target"] is None
    assert event["chunk"] == 7


def test_the_file_is_private_and_grows(tmp_path: Path) -> None:
    for run in ("first", "second"):
        log.configure(tmp_path, run, console=False)
        log.bound().info("started")
    assert [event["run_id"] for event in _events(tmp_path)] == ["first", "second"]
    assert (tmp_path / "log.jsonl").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "text",
    [
        "postgresql://admin:hunter2@db.example/app",
        "cannot reach mysql://u:hun@ter2@[::1]:3306/db now",
        "postgresql+psycopg://:hunter2@/app",
    ],
)
def test_credentials_in_urls_are_redacted_at_any_depth(tmp_path: Path, text: str) -> None:
    log.configure(tmp_path, "run", console=False)
    log.bound().info("connecting", url=text, nested={"list": [text, (text,)]}, reason=ValueError(text))
    raw = (tmp_path / "log.jsonl").read_text(encoding="utf-8")
    assert "ter2" not in raw
    assert "hun" not in raw
    assert raw.count("***@") == 4


def test_fields_named_like_secrets_are_redacted(tmp_path: Path) -> None:
    log.configure(tmp_path, "run", console=False)
    log.bound().info("settings", settings={"PASSWORD": "hunter2", "api_token": ["hunter2"], "jobs": 2})
    (event,) = _events(tmp_path)
    assert event["settings"] == {"PASSWORD": "***", "api_token": "***", "jobs": 2}


def test_foreign_exceptions_lose_their_text_and_ours_keep_it(tmp_path: Path) -> None:
    log.configure(tmp_path, "run", console=False)
    for error in (ValueError("row (42, hunter2)"), UsageError("setting X is missing")):
        try:
            raise error
        except (ValueError, UsageError):
            log.bound(phase="load").error("stopped", exc_info=True)
    foreign, ours = _events(tmp_path)
    assert foreign["error"] == "ValueError"
    assert foreign["error_at"][0].startswith("test_log.py:")
    assert "hunter2" not in json.dumps(foreign)
    assert ours["error_message"] == "setting X is missing"


def _work(folder: Path, worker: int) -> None:
    log.configure(folder, "run", console=False)
    logger = log.bound(phase="export", system="alkemio")
    for number in range(EVENTS):
        logger.info("chunk", rows=number, worker=worker, filler="x" * 5000)


def test_processes_append_whole_lines(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_work, args=(tmp_path, worker)) for worker in range(PROCESSES)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    seen = {(event["worker"], event["rows"]) for event in _events(tmp_path)}
    assert seen == {(worker, number) for worker in range(PROCESSES) for number in range(EVENTS)}


def test_a_pipe_gets_plain_lines_without_control_characters(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    console.cache_clear()
    log.configure(tmp_path, "run", console=True)
    logger = log.bound(phase="load", system="kratos", table="evil\x1b[31m\nname\u202e\ud800")
    logger.debug("not shown")
    logger.info("table loaded", outcome="succeeded", rows=5)
    out = capsys.readouterr().out
    console.cache_clear()
    name = r"evil\u001b[31m\u000aname\u202e\ud800"
    assert re.fullmatch(r"\d\d:\d\d:\d\d ", out[:9])
    assert out[9:] == f"load kratos.{name} table loaded succeeded rows=5\n"
    assert len(_events(tmp_path)) == 2


def test_unconfigured_processes_are_silent(capsys: pytest.CaptureFixture[str]) -> None:
    structlog.reset_defaults()
    log.bound(phase="check").info("anything")
    assert capsys.readouterr().out == ""


def test_what_libraries_log_is_not_shown() -> None:
    script = (
        "import logging\nfrom runner import log\nlog.configure(None, 'run', console=False)\n"
        "logging.getLogger('psycopg').warning('a value of a row')\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("", "")
