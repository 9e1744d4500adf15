"""The pages of a real run of the sample, as people open them: silent, complete, accessible, and asking for nothing."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from runner.pages import report_html
from runner.runs.report import read
from tests import reports
from tests.browser.driver import Browser

GRAVE = {"serious", "critical"}
TABLES = "return [...document.querySelectorAll('#all-tables tbody tr')].filter(row => !row.hidden).length"
CHARTS = """
return [...document.querySelectorAll("figure svg")].map(
    chart => [chart.getAttribute("role"), chart.querySelector("desc").textContent.length]
)
"""
# What the graph of dbt's page is drawn from: the nodes and edges that are on show.
GRAPH = """
const shown = angular.element(document.querySelector("[graph-viz], graph-viz, .launcher-body")).injector().get("graph");
const elements = shown.graph.elements || shown.graph.pristine;
return elements.map(one => one.data).map(one => one.source ? [one.source, one.target] : [one.id]);
"""


@pytest.fixture(scope="module")
def pages(migrated: Path) -> dict[str, Path]:
    """Every page that the front page of the run leads to, by its file's name, and the front page."""
    front = migrated / "index.html"
    linked = re.findall(r'<a href="([^"#]+\.html)"', front.read_text(encoding="utf-8"))
    return {name: migrated / name for name in ("index.html", *linked)}


def _faults(browser: Browser, axe: str) -> list[str]:
    """What axe finds grave: the rule and the places."""
    browser.run(f"{axe}; return 0")
    # Of what is well axe would tell every place, which on a page of a thousand rows is most of its work.
    found = browser.run_later(
        "const done = arguments[arguments.length - 1];"
        "axe.run({resultTypes: ['violations']}).then(done, e => done({violations: String(e)}))"
    )
    return [
        f"{one['id']}: {[node['target'] for node in one['nodes']][:5]}"
        for one in found["violations"]
        if one["impact"] in GRAVE
    ]


def _until(browser: Browser, script: str, wanted: Callable[[Any], bool] = bool) -> Any:
    end = time.monotonic() + 30
    while not wanted(found := browser.run(script)):
        assert time.monotonic() < end, f"never came: {script}"
        time.sleep(0.1)
    return found


def test_the_front_page_leads_to_everything_a_run_left(pages: dict[str, Path]) -> None:
    assert {"index.html", "report.html", "docs.alkemio.html", "docs.kratos.html"} <= set(pages)
    assert [name for name, path in pages.items() if not path.is_file()] == []


@pytest.mark.parametrize("width", [1280, 390])
def test_every_page_is_silent_and_asks_for_nothing(browser: Browser, pages: dict[str, Path], width: int) -> None:
    browser.devtools("Emulation.setDeviceMetricsOverride", width=width, height=844, deviceScaleFactor=1, mobile=False)
    for name, page in pages.items():
        browser.console()
        browser.requests()
        browser.open(page)
        if name.startswith("docs."):
            _until(browser, "return document.body.innerText.includes('Postgres Convergence')")
        assert browser.console() == [], name
        assert {address.partition("#")[0] for address in browser.requests()} == {page.as_uri()}, name


def test_a_model_can_be_read_on_a_telephone(browser: Browser, pages: dict[str, Path]) -> None:
    browser.devtools("Emulation.setDeviceMetricsOverride", width=390, height=844, deviceScaleFactor=1, mobile=True)
    browser.open(pages["docs.alkemio.html"])
    browser.run("location.hash = '#!/model/model.convergence.user'")
    _until(browser, "return document.querySelector('.app-content h1') !== null")
    right = "return Math.round(document.querySelector('.app-content').getBoundingClientRect().right)"
    assert _until(browser, right, lambda found: found == 390) == 390
    assert browser.run("return document.querySelector('.app-content').getBoundingClientRect().left") == 0


def test_our_own_pages_keep_nobody_out(browser: Browser, pages: dict[str, Path], axe: str) -> None:
    for name, page in pages.items():
        # The pages of dbt are dbt's.
        if name.startswith("docs."):
            continue
        for scheme in ("light", "dark"):
            browser.devtools("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
            browser.open(page)
            assert _faults(browser, axe) == [], f"{name}, {scheme}"


@pytest.mark.parametrize("made", [reports.failed, reports.refused])
def test_reports_of_runs_that_did_not_succeed_keep_nobody_out(
    browser: Browser, tmp_path: Path, axe: str, made: Callable[[], Any]
) -> None:
    page = tmp_path / "report.html"
    page.write_text(report_html.render(made()), encoding="utf-8")
    for scheme in ("light", "dark"):
        browser.devtools("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        browser.open(page)
        assert _faults(browser, axe) == [], scheme


def test_axe_sees_what_keeps_people_out(browser: Browser, pages: dict[str, Path], tmp_path: Path, axe: str) -> None:
    page = tmp_path / "worse.html"
    html = pages["report.html"].read_text(encoding="utf-8")
    page.write_text(html.replace("--muted: #566172", "--muted: #c9ced6").replace("<main>", "<main><img src='data:,'>"))
    browser.open(page)
    assert {fault.partition(":")[0] for fault in _faults(browser, axe)} >= {"color-contrast", "image-alt"}


def test_the_report_shows_verdict_proof_and_every_table(
    browser: Browser, migrated: Path, pages: dict[str, Path]
) -> None:
    made = read(migrated / "report.json")
    browser.open(pages["report.html"])
    text = browser.run("return document.body.innerText")
    assert "Migration succeeded" in text
    assert f"100 of 100 tables identical: {made.rows:,} rows" in text
    assert browser.run(TABLES) == 100
    browser.type("#filter-name", "kratos")
    assert browser.run(TABLES) == 25
    charts = browser.run(CHARTS)
    assert charts
    assert all(role == "img" and words > 20 for role, words in charts)


def test_the_lineage_of_a_model_goes_from_mysql_to_those_who_read_it(browser: Browser, pages: dict[str, Path]) -> None:
    browser.open(pages["docs.alkemio.html"])
    _until(browser, "return document.querySelector('.launcher-btn a') !== null")
    browser.run("location.hash = '#!/model/model.convergence.user?g_v=1&g_i=%2Buser%2B'")
    # Beside a model the page draws its neighbours alone; the address asks for the whole graph when it is loaded.
    browser.run("location.reload()")
    _until(browser, "return document.readyState === 'complete' && document.querySelector('.launcher-body') !== null")
    edges = _until(browser, GRAPH, lambda found: len(found) > 9)
    assert ["source.convergence.alkemio_mysql.user", "source.convergence.alkemio_landing.user"] in edges
    assert ["source.convergence.alkemio_landing.user", "model.convergence.user"] in edges
    assert ["model.convergence.user", "exposure.convergence.alkemio_server"] in edges
    assert ["model.convergence.user", "exposure.convergence.analytics"] in edges
