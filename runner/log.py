"""The run's log: one JSON object a line in `work/<run_id>/log.jsonl`, and readable lines for a person.

Every process of a run calls `configure` for itself. Lines are appended whole, with one write to a file
opened with O_APPEND, so processes may write at once. Secrets and values of rows do not belong in events;
what looks like a secret is redacted anyway, and of an exception only its type and place are kept.
"""

from __future__ import annotations

import logging
import os
import re
import sys
import traceback
from collections.abc import Callable, Mapping, MutableMapping
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import structlog
from rich.text import Text
from structlog.typing import FilteringBoundLogger, Processor

from runner.console import console as shared_console
from runner.console import printable
from runner.errors import ConvergenceError

FIELDS = {
    "timestamp": "when, in ISO 8601 and UTC",
    "level": "`debug`, `info`, `warning` or `error`",
    "run_id": "the run",
    "phase": "the phase that wrote the line",
    "system": "the system it is about",
    "table": "the table it is about",
    "event": "what happened, one of the names below",
    "outcome": "how it ended, in a few words",
    "seconds": "how long it took",
    "rows": "how many rows it was about",
    "source": "where the system's data comes from, without user and password",
    "target": "where it goes, without user and password",
}
"""The fields that every line has, in this order, null where they say nothing."""
_CREDENTIALS = re.compile(r"://\S*@")
_SECRET_NAME = re.compile(r"passw|secret|token|credential", re.IGNORECASE)
_STYLES = {"warning": "magenta", "error": "bold red", "critical": "bold red"}

Event = MutableMapping[str, Any]
Endpoints = Mapping[str, tuple[str, str]]


def configure(run_folder: Path | None, run_id: str, console: bool, endpoints: Endpoints | None = None) -> None:
    """Sets up the log of this process.

    `run_folder` gets the file log.jsonl, None writes none. `console` shows events to a person as well, from
    level info on; a task with a progress display leaves it off. `endpoints` gives each system its source and
    target in words without credentials, such as ("mysql alkemio", "postgres alkemio").
    """
    # What libraries log by themselves may quote values, and would stand beside the one line that says why.
    logging.lastResort = logging.NullHandler()
    processors: list[Processor] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _exception,
        _complete(run_id, endpoints or {}),
        _redact,
    ]
    if console:
        processors.append(_show)
    structlog.configure(
        processors=[*processors, structlog.processors.JSONRenderer(default=str, ensure_ascii=False)],
        wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG),
        logger_factory=_File(run_folder / "log.jsonl" if run_folder else None),
        cache_logger_on_first_use=False,
    )


def bound(phase: str | None = None, system: str | None = None, **context: object) -> FilteringBoundLogger:
    """A logger whose events carry this context; silent when the process never called `configure`."""
    if not structlog.is_configured():
        configure(None, "", console=False)
    known = {"phase": phase, "system": system, **context}
    logger = structlog.get_logger().bind(**{name: value for name, value in known.items() if value is not None})
    return cast(FilteringBoundLogger, logger)


class _File:
    """Makes loggers, and is the logger, that append a line to the file."""

    def __init__(self, path: Path | None) -> None:
        self._handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600) if path else None

    def __call__(self, *_names: object) -> _File:
        return self

    def _append(self, line: str) -> None:
        if self._handle is not None:
            os.write(self._handle, line.encode("utf-8", "backslashreplace") + b"\n")

    def __del__(self, close: Callable[[int], None] = os.close) -> None:
        # Known from here: when the interpreter ends, `os` may be gone before the last log is.
        if self._handle is not None:
            close(self._handle)

    debug = info = warning = error = critical = _append


def _exception(_logger: object, _name: str, event: Event) -> Event:
    """Replaces an exception by its type and place: texts of other families than ours may quote a row."""
    error = event.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()[1]
    if isinstance(error, BaseException):
        frames = traceback.extract_tb(error.__traceback__)
        event["error"] = type(error).__name__
        event["error_at"] = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames]
        if isinstance(error, ConvergenceError):
            event["error_message"] = str(error)
    return event


def _complete(run_id: str, endpoints: Endpoints) -> Processor:
    """Gives every event all fields, in one order."""

    def complete(_logger: object, _name: str, event: Event) -> Event:
        source, target = endpoints.get(str(event.get("system")), (None, None))
        known = {"run_id": run_id, "source": source, "target": target, **event}
        ordered = {field: known.pop(field, None) for field in FIELDS}
        return ordered | known

    return complete


def _redact(_logger: object, _name: str, event: Event) -> Event:
    return {name: _clean(name, value) for name, value in event.items()}


def _clean(name: str, value: object) -> object:
    if _SECRET_NAME.search(name) and value is not None:
        return "***"
    if isinstance(value, Mapping):
        return {str(key): _clean(str(key), item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_clean(name, item) for item in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return _CREDENTIALS.sub("://***@", str(value))


def _show(_logger: object, _name: str, event: Event) -> Event:
    """Prints the event for a person and passes it on unchanged."""
    if event["level"] != "debug":
        shared_console().print(_line(event), soft_wrap=True)
    return event


def _line(event: Event) -> Text:
    shown = {name: value for name, value in event.items() if value is not None}
    clock = datetime.fromisoformat(str(shown.pop("timestamp"))).astimezone().strftime("%H:%M:%S")
    level = str(shown.pop("level"))
    place = ".".join(str(shown.pop(name)) for name in ("system", "table") if name in shown)
    words = [shown.pop("phase", ""), place, shown.pop("event", ""), shown.pop("outcome", "")]
    for hidden in ("run_id", "source", "target"):
        shown.pop(hidden, None)
    words += [f"{name}={value}" for name, value in shown.items()]
    line = Text(f"{clock} ", style="dim")
    return line.append(printable(" ".join(str(word) for word in words if word)), style=_STYLES.get(level, "not dim"))
