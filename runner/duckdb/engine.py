"""A DuckDB as this project uses it: one thread, bounded memory, nothing fetched, four functions of our own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import duckdb

from runner import settings
from runner.duckdb.jsonb import is_json, jsonb_text
from runner.duckdb.whiteboard import is_whiteboard, whiteboard_base64
from runner.run import make_private

_MEMORY = 160_000_000
_BUFFERS = 8
_Result = TypeVar("_Result")


def open_engine(scratch: Path, index: int) -> duckdb.DuckDBPyConnection:
    """A DuckDB of one thread and bounded memory, with the functions SQL has no words for."""
    make_private(scratch)
    engine = duckdb.connect()
    # On a terminal DuckDB would draw a bar of its own into the display of the run.
    engine.execute("SET enable_progress_bar = false")
    engine.execute("SET threads = 1")
    make_room(engine, 0)
    engine.execute("SET preserve_insertion_order = true")
    engine.execute("SET temp_directory = $path", {"path": str(scratch / f"spill-{index}")})
    engine.execute("SET autoinstall_known_extensions = false")
    settings.keep_numpy_quiet()
    for function in (jsonb_text, whiteboard_base64):
        engine.create_function(  # type: ignore[call-overload]  # the stub knows no function that returns None
            function.__name__, _of_octets(function), ["BLOB"], "VARCHAR", null_handling="special"
        )
    for judge in (is_json, is_whiteboard):
        engine.create_function(judge.__name__, _of_octets(judge), ["BLOB"], "BOOLEAN")
    return engine


def make_room(engine: duckdb.DuckDBPyConnection, longest_line: int) -> None:
    """Allow the memory that a file takes whose longest line has so many bytes: seven of them, measured."""
    engine.execute(f"SET memory_limit = '{_MEMORY + _BUFFERS * longest_line}B'")


def _of_octets(function: Callable[[str], _Result]) -> Callable[[bytes | None], _Result | None]:
    """A function of a text's UTF-8: a text itself DuckDB would look through once more for every call."""
    return lambda octets: None if octets is None else function(octets.decode())
