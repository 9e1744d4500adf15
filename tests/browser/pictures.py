"""Makes the pictures that README shows, from the latest run: `python -m tests.browser.pictures`.

report.png is the top of its report, lineage.png the way of one table in its column lineage.
"""

from __future__ import annotations

import base64
import io
import shutil
import sys
import tempfile
from pathlib import Path

from PIL import Image

from runner import settings
from runner.run import open_run
from runner.systems import ROOT
from tests.browser.driver import Browser

FOLDER = ROOT / "docs" / "pictures"
WIDTH = 1100
COLOURS = 96
TABLE = "alkemio.callout_contribution_defaults"
CHOSEN = f"""
const table = document.getElementById('table');
table.value = '{TABLE}';
table.dispatchEvent(new Event('input', {{ bubbles: true }}));
document.querySelector('form.filter').scrollIntoView();
"""


def report(browser: Browser, page: Path) -> bytes:
    """The verdict and the figures."""
    _size(browser, 440)
    browser.open(page)
    return _shown(browser)


def lineage(browser: Browser, page: Path) -> bytes:
    """The columns of one table on their way from MySQL to their readers."""
    _size(browser, 960)
    browser.open(page)
    browser.run(CHOSEN)
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
    pages = run.folder / "report.html", run.folder / "lineage.html"
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
