"""Makes the pictures that README shows, from the latest run: `python -m tests.browser.pictures`.

report.png is the top of its report, lineage.png the way of one table of Kratos in its dbt docs.
"""

from __future__ import annotations

import base64
import io
import shutil
import sys
import tempfile
import time
from pathlib import Path

from PIL import Image

from runner import settings
from runner.pages import docs
from runner.run import open_run
from runner.systems import ROOT
from tests.browser.driver import Browser

FOLDER = ROOT / "docs" / "pictures"
WIDTH = 1280
COLOURS = 96
PATIENCE = 30.0
OPENED = "return document.querySelector('.launcher-btn a') && document.body.innerText.includes('baseline_table')"
DRAWN = "return [...document.querySelectorAll('.launcher-body canvas')].some(canvas => canvas.width > 0)"


def report(browser: Browser, page: Path) -> bytes:
    """The verdict, the figures and the systems."""
    _size(browser, 700)
    browser.open(page)
    return _shown(browser)


def lineage(browser: Browser, page: Path) -> bytes:
    """The page of a model with the graph of what it comes from and who uses it."""
    _size(browser, 620)
    browser.open(page)
    browser.run("location.hash = '#!/model/model.convergence.identities'")
    end = time.monotonic() + PATIENCE
    while not browser.run(OPENED):
        assert time.monotonic() < end, f"{page} does not show the model"
        time.sleep(0.2)
    browser.click(".launcher-btn a")
    while not browser.run(DRAWN):
        assert time.monotonic() < end, f"{page} does not draw the lineage"
        time.sleep(0.2)
    time.sleep(2)  # the graph glides into its place
    return _shown(browser)


def _size(browser: Browser, height: int) -> None:
    size = {"width": WIDTH, "height": height, "deviceScaleFactor": 1, "mobile": False}
    browser.devtools("Emulation.setDeviceMetricsOverride", **size)
    browser.devtools("Emulation.setScrollbarsHidden", hidden=True)


def _shown(browser: Browser) -> bytes:
    """What the window shows, as a PNG of few colours."""
    taken = io.BytesIO(base64.b64decode(browser.devtools("Page.captureScreenshot")["data"]))
    small = io.BytesIO()
    picture = Image.open(taken).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    picture.save(small, "PNG", optimize=True)
    return small.getvalue()


def main() -> int:
    """Write both pictures; 2 when something they need is missing."""
    programs = [Path(shutil.which(name) or "/missing") for name in ("chromium", "chromedriver")]
    run = open_run(settings.load().work_dir, None)
    pages = run.folder / "report.html", docs.page(run, "kratos")
    if missing := [path for path in (*programs, *pages) if not path.is_file()]:
        print(f"missing: {', '.join(map(str, missing))}", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as profile:
        browser = Browser(programs[0], programs[1], Path(profile))
        try:
            (FOLDER / "report.png").write_bytes(report(browser, pages[0]))
            (FOLDER / "lineage.png").write_bytes(lineage(browser, pages[1]))
        finally:
            browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
