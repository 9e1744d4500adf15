"""A short benchmark on real servers, so that `./inv bench` cannot rot: its record holds and adds up."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from runner.systems import named
from tests.bench import chart, command, others, record, table
from tests.bench.command import Options, Servers
from tests.bench.meter import Meter
from tests.bench.record import Bench
from tests.servers import MariaDB, MySQL, Postgres

SCALE = 0.01


@pytest.fixture(scope="module")
def measured(mysql: MySQL, mariadb: MariaDB, postgres17: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Bench:
    rival = None if others.pgloader_absent() else mariadb
    chosen = Options(scales=(SCALE,), systems=(named("kratos"),))
    return command.measure(chosen, Servers(mysql, rival, postgres17), tmp_path_factory.mktemp("bench"))


def test_everybody_moves_all_rows(measured: Bench) -> None:
    (scale,) = measured.scales
    assert [turn.failure for turn in scale.turns if turn.failure] == []
    turns = {turn.candidate: turn for turn in scale.turns}
    assert turns.keys() | scale.absent.keys() == {"migrate", "since", "read", "copy", "post_data", "duckdb", "pgloader"}
    moved = {name: turn.rows for name, turn in turns.items() if name not in ("read", "post_data")}
    assert set(moved.values()) == {scale.rows}
    assert scale.rows > 300
    assert scale.bytes > scale.rows


def test_cpu_is_found_where_it_is_spent(mysql: MySQL, postgres17: Postgres) -> None:
    """Work of a known place, long enough to be counted: the kernel tells whole hundredths of a second."""
    meter = Meter(mysql.pid, postgres17.pid)
    with meter.here() as at_source, mysql.connect() as source, source.cursor() as cursor:
        cursor.execute("select benchmark(10000000, sha2('a', 256))")
    # Postgres's process of a session, when it ends, is counted by its parent only a moment later.
    with postgres17.connect() as target, meter.here() as at_target:
        target.execute("select sum(sqrt(i)) from generate_series(1, 6000000) as i")
    with meter.here() as here:
        for _ in range(60):
            sha256(bytes(20 << 20)).digest()
    # The others are never quite idle: servers write pages in the background.
    assert at_source.cpu.source > 0.2
    assert at_source.cpu.source > 2 * (at_source.cpu.client + at_source.cpu.target)
    assert at_target.cpu.target > 0.2
    assert at_target.cpu.target > 2 * (at_target.cpu.client + at_target.cpu.source)
    assert here.cpu.client > 0.2
    assert here.cpu.client > 2 * (here.cpu.source + here.cpu.target)


def test_migration_costs_every_part_of_it(measured: Bench) -> None:
    (migrate,) = (turn for turn in measured.scales[0].turns if turn.candidate == "migrate")
    assert min(migrate.cpu.client, migrate.cpu.source, migrate.cpu.target) > 0
    assert migrate.peak_bytes is not None
    assert 50 * 2**20 < migrate.peak_bytes < 600 * 2**20


def test_phases_add_up(measured: Bench) -> None:
    migrate = next(turn for turn in measured.scales[0].turns if turn.candidate == "migrate")
    seconds = {phase.name: phase.seconds for phase in migrate.phases}
    assert set(seconds) == {"check", "export", "stage", "load", "verify", "publish", "start and end"}
    assert max(seconds.values()) < migrate.seconds <= sum(seconds.values()) + 0.5
    # While phases overlap, each is given the CPU of all.
    assert sum(phase.cpu.total for phase in migrate.phases) >= migrate.cpu.total * 0.95


def test_promises_are_judged(measured: Bench) -> None:
    criteria = {one.what: one for one in measured.criteria}
    assert criteria["peak memory of migrate"].reached is True
    ratio = criteria["migrate ÷ floor"]
    assert ratio.value is not None
    assert ratio.value > 1
    assert (ratio.bound, ratio.reached) == (None, None)
    assert "three scales" in criteria["time, fixed cost subtracted"].note


def test_record_comes_back_as_it_was(
    measured: Bench, tmp_path: Path, capsys: pytest.CaptureFixture[str], mysql: MySQL
) -> None:
    path = tmp_path / "bench.json"
    record.write(measured, path)
    assert record.read(path) == measured
    text = path.read_text(encoding="utf-8")
    assert mysql.password not in text
    chart.write(measured, tmp_path / "bench.svg")
    table.show(measured)
    shown = capsys.readouterr().out
    for scale in measured.scales:
        assert f"{scale.rows:,} rows" in shown
        assert f"{scale.rows:,} rows" in (tmp_path / "bench.svg").read_text(encoding="utf-8")
