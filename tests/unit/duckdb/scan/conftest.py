"""An engine, and the export of a table that is all right."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from runner.duckdb.engine import open_engine
from runner.manifest import File
from tests.corpus.scanned import ROWS, TABLE
from tests.corpus.tables import exported


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_engine(tmp_path_factory.mktemp("scratch"), 0) as engine:
        yield engine


@pytest.fixture
def file(tmp_path: Path) -> File:
    return exported(tmp_path, TABLE, ROWS)


@pytest.fixture(autouse=True, params=["in results", "from the shelf"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Values of unbounded length leave DuckDB as they usually do, and as those of long lines do."""
    if request.param == "from the shelf":
        monkeypatch.setattr("runner.duckdb.scan._LONG", -1)
