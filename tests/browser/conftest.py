"""A browser for the tests: Debian's chromium, which the set-up of the tests installs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from tests.browser.driver import Browser
from tests.integration.deployment import SAMPLE, Deployment, targets
from tests.lacking import lacking
from tests.servers import NotProvisionedError, Postgres, places

Found = TypeVar("Found")


def _provisioned(place: Callable[[], Found]) -> Found:
    """What the set-up installs; where it did not, tests are skipped, and in CI they fail."""
    try:
        return place()
    except NotProvisionedError as error:
        lacking(str(error))


@pytest.fixture(scope="session")
def chromium() -> tuple[Path, Path]:
    """The paths of chromium and its driver."""
    return _provisioned(places.chromium)


@pytest.fixture(scope="session")
def axe() -> str:
    """The script of axe-core."""
    return _provisioned(places.axe).read_text(encoding="utf-8")


@pytest.fixture(scope="package")
def session(chromium: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """One browser for all tests here: a page that is open draws on, whatever is tested next."""
    browser = Browser(*chromium, tmp_path_factory.mktemp("profile"))
    yield browser
    browser.close()


@pytest.fixture
def browser(session: Browser) -> Browser:
    """The browser with a wide window, light colours and empty logs."""
    session.devtools("Emulation.setDeviceMetricsOverride", width=1280, height=900, deviceScaleFactor=1, mobile=False)
    session.devtools("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "light"}])
    session.console()
    session.requests()
    return session


@pytest.fixture(scope="session")
def migrated(postgres17: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of a run that moved the sample of both systems."""
    with targets(postgres17) as written:
        deployment = Deployment(SAMPLE, written, tmp_path_factory.mktemp("work"))
        finished = deployment.inv("migrate")
        assert (finished.code, finished.stderr) == (0, ""), finished.told
        yield deployment.latest
