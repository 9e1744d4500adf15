"""A browser for the tests: Debian's chromium, installed on the way where that is possible."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.driver import Browser

PROGRAMS = ("chromium", "chromedriver")
PACKAGES = ("chromium", "chromium-driver")


@pytest.fixture(scope="session")
def chromium() -> tuple[Path, Path]:
    """The paths of chromium and its driver; where there are none tests are skipped, in CI they fail."""
    if not all(map(shutil.which, PROGRAMS)) and shutil.which("apt-get") and os.geteuid() == 0:
        for command in (("update",), ("install", "--yes", "--no-install-recommends", *PACKAGES)):
            environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
            subprocess.run(["apt-get", "-qq", *command], check=False, stdout=subprocess.DEVNULL, env=environment)
    missing = [program for program in PROGRAMS if not shutil.which(program)]
    if missing:
        reason = f"{' and '.join(missing)} not found: apt-get install {' '.join(PACKAGES)}"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(reason)
    browser, driver = (Path(shutil.which(program) or program) for program in PROGRAMS)
    return browser, driver


@pytest.fixture(scope="session")
def session(chromium: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """One browser for all tests."""
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
