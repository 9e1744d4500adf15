"""`python -m tests.chaos --seed N --kills K`: the whole campaign, on a MySQL and a Postgres of its own."""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from tests.chaos import strikes
from tests.chaos.attempt import ChaosError
from tests.chaos.campaign import Campaign
from tests.integration import deployment
from tests.servers import MySQL, postgres17


def main() -> None:
    """Run and tell; exit code 1 when a promise was broken."""
    parser = argparse.ArgumentParser(prog="./inv chaos")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kills", type=int, default=60)
    parser.add_argument("--system", action="append", choices=sorted(deployment.SAMPLE))
    options = parser.parse_args()
    systems = tuple(options.system or sorted(deployment.SAMPLE))
    started = time.monotonic()
    with (
        MySQL() as source,
        postgres17() as target,
        deployment.sources(source, seed=options.seed) as urls,
        tempfile.TemporaryDirectory(prefix="chaos-") as work,
    ):
        campaign = Campaign(source, target, urls, Path(work), systems)
        try:
            campaign.run(strikes.drawn(options.seed, options.kills))
        except ChaosError as error:
            struck = campaign.tally.strikes.total()
            raise SystemExit(f"broken with seed {options.seed} after {struck} kills: {error}") from None
    print(f"seed {options.seed}, {time.monotonic() - started:.0f} s: {campaign.tally}")


if __name__ == "__main__":
    main()
