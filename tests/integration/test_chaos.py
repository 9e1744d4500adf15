"""The short campaign of kills, and proof that it would see what it looks for."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil  # type: ignore[import-untyped, unused-ignore]
import pytest

from tests.chaos import strikes
from tests.chaos.attempt import Attempt, ChaosError
from tests.chaos.campaign import Campaign
from tests.integration.deployment import SAMPLE, Deployment, connect_target, sources, targets
from tests.servers import MySQL, Postgres

SEED = 7
KILLS = 6


@pytest.fixture(scope="module")
def filled(mysql: MySQL) -> Iterator[dict[str, str]]:
    with sources(mysql, seed=51) as urls:
        yield urls


@pytest.fixture
def campaign(filled: dict[str, str], mysql: MySQL, postgres17: Postgres, tmp_path: Path) -> Campaign:
    return Campaign(mysql, postgres17, filled, tmp_path, ("kratos",))


def test_every_kill_is_survived(campaign: Campaign) -> None:
    tally = campaign.run(strikes.drawn(SEED, KILLS))
    assert tally.strikes.total() == KILLS
    assert tally.migrations >= 1
    assert (tally.differences, tally.half_published, tally.leftovers) == (0, 0, 0)


def test_strikes_are_the_seeds() -> None:
    assert list(strikes.drawn(3, 20)) == list(strikes.drawn(3, 20)) != list(strikes.drawn(4, 20))
    assert {one.victim for one in strikes.drawn(1, 9)} == set(strikes.VICTIMS)
    assert {one.phase for one in strikes.drawn(1, 60)} == set(strikes.ORDER)


def test_a_difference_or_a_leftover_breaks_the_campaign(campaign: Campaign, tmp_path: Path) -> None:
    with targets(campaign.target) as written:
        deployment = Deployment({"kratos": campaign.sources["kratos"]}, {"kratos": written["kratos"]}, tmp_path)
        assert deployment.inv("migrate", "--system", "kratos").code == 0
        campaign._prove(deployment)
        (deployment.latest / "half.part").touch()
        with pytest.raises(ChaosError, match=r"half\.part"):
            campaign._prove(deployment)
        (deployment.latest / "half.part").unlink()
        with connect_target(written["kratos"]) as connection:
            connection.execute("create schema convergence_build")
            with pytest.raises(ChaosError, match="convergence_build"):
                campaign._prove(deployment)
            connection.execute("drop schema convergence_build")
            connection.execute("delete from identity_verification_tokens")
        with pytest.raises(ChaosError, match=r"[1-9]\d* differences"):
            campaign._prove(deployment)


def test_an_orphan_and_an_unclear_end_break_the_campaign(
    campaign: Campaign, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.chaos.campaign.GONE_SECONDS", 0.5)
    strike = strikes.Strike("worker", "export", 0.0, patient=False)
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as orphan:
        popen = subprocess.Popen(["true"])
        popen.wait()
        with (tmp_path / "stderr").open("w+b") as output:
            deployment = Deployment(SAMPLE, {}, tmp_path)
            attempt = Attempt(psutil.Process(), popen, deployment, output, {}, {psutil.Process(orphan.pid)})
            with pytest.raises(ChaosError, match="no clear end"):
                campaign._judge(deployment, attempt, 1, strike)
            output.write(b"failed: one\nTraceback\n")
            with pytest.raises(ChaosError, match="no clear end"):
                campaign._judge(deployment, attempt, 1, strike)
            output.truncate(0)
            output.write(b"failed: one line\n")
            with pytest.raises(ChaosError, match="1 processes are left"):
                campaign._judge(deployment, attempt, 1, strike)
            with pytest.raises(ChaosError, match="nobody struck"):
                campaign._judge(deployment, attempt, 1, None)
        orphan.kill()
