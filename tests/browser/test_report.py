"""The pages in a browser: silent, self-contained, usable by mouse, keyboard, telephone and printer."""

import base64
import re
from pathlib import Path

import pytest

from runner.pages import docs, report_html
from runner.pages.report_html import Link
from runner.run import Run
from runner.runs.report import Report
from tests import reports
from tests.browser.driver import Browser

VISIBLE = (
    "return [...document.querySelectorAll('#all-tables tbody tr')]"
    ".filter(row => !row.hidden).map(row => row.cells[0].innerText)"
)
ENTER = "\ue007"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("pages")
    for name, made in (
        ("succeeded", reports.succeeded()),
        ("failed", reports.failed()),
        ("refused", reports.refused()),
        ("hostile", _hostile()),
    ):
        (out / name).mkdir()
        docs.write_report_page(Run(name, out / name), made)
    return out


def _hostile() -> Report:
    """A failed run whose texts try to run and to load something."""
    attack = "</style></script><script>alert(1)</script><img src=http://127.0.0.1:9/x onerror=alert(2)>\"'"
    made = reports.failed()
    system = made.systems["alkemio"]
    first = system.tables[0].model_copy(update={"name": attack})
    systems = {attack: system.model_copy(update={"tables": (first, *system.tables[1:])})}
    return made.model_copy(update={"systems": systems, "versions": {attack: attack}})


@pytest.mark.parametrize("name", ["succeeded", "failed", "refused", "hostile"])
def test_a_page_is_silent_and_asks_for_nothing(browser: Browser, folder: Path, name: str) -> None:
    page = folder / name / "report.html"
    browser.open(page)
    assert browser.console() == []
    assert browser.requests() == {page.as_uri()}


def test_the_watch_sees_what_a_page_would_do(browser: Browser, folder: Path) -> None:
    html = (folder / "refused" / "report.html").read_text(encoding="utf-8")
    page = folder / "watched.html"
    page.write_text(html.replace("<main>", "<main><img src='http://127.0.0.1:9/x'><script>alert(1)</script>"))
    browser.open(page)
    assert len([line for line in browser.console() if "Content Security Policy" in line]) == 2
    assert browser.requests() == {page.as_uri(), "http://127.0.0.1:9/x"}


def test_verdict_proof_and_all_tables_are_visible(browser: Browser, folder: Path) -> None:
    browser.open(folder / "succeeded" / "report.html")
    text = browser.run("return document.body.innerText")
    assert "Migration succeeded" in text
    assert "100 of 100 tables identical" in text
    assert browser.run(VISIBLE) == [f"{system}.{table.name}" for system, table in reports.succeeded().tables]
    assert browser.run(
        "return [...document.querySelectorAll('figure')].every(f => f.getBoundingClientRect().height > 80)"
    )


def test_tables_can_be_filtered(browser: Browser, folder: Path) -> None:
    browser.open(folder / "succeeded" / "report.html")
    browser.type("#filter-name", "KRATOS identity_rec")
    assert browser.run(VISIBLE) == [
        "kratos.identity_recovery_addresses",
        "kratos.identity_recovery_codes",
        "kratos.identity_recovery_tokens",
    ]
    assert browser.run("return document.getElementById('filter-count').value") == "3 of 100 tables"
    browser.open(folder / "failed" / "report.html")
    browser.type("#filter-result", "differs")
    assert browser.run(VISIBLE) == ["alkemio.activity", "alkemio.user"]


def test_tables_can_be_sorted_by_mouse_and_keyboard(browser: Browser, folder: Path) -> None:
    browser.open(folder / "succeeded" / "report.html")
    header = "#all-tables thead th:nth-child({}) button"
    browser.click(header.format(5))
    assert browser.run(VISIBLE)[:2] == ["alkemio.authorization_policy", "alkemio.activity"]
    assert browser.run("return document.querySelector('[aria-sort]').innerText.trim()").startswith("Final")
    browser.type(header.format(1), ENTER)
    assert browser.run("return document.querySelector('[aria-sort]').ariaSort") == "ascending"
    assert browser.run(VISIBLE)[0] == "alkemio.account"
    browser.type(header.format(1), ENTER)
    assert browser.run(VISIBLE)[0] == "kratos.sessions"


def test_without_scripts_the_table_is_complete(browser: Browser, folder: Path) -> None:
    browser.devtools("Emulation.setScriptExecutionDisabled", value=True)
    try:
        browser.open(folder / "succeeded" / "report.html")
        assert browser.count("#all-tables tbody tr") == 100
        assert browser.count("form.filter[hidden]") == 1
        assert browser.count("#all-tables thead button") == 0
    finally:
        browser.devtools("Emulation.setScriptExecutionDisabled", value=False)


@pytest.mark.parametrize("name", ["succeeded", "failed", "refused", "hostile"])
def test_a_telephone_never_scrolls_sideways(browser: Browser, folder: Path, name: str) -> None:
    browser.devtools("Emulation.setDeviceMetricsOverride", width=390, height=844, deviceScaleFactor=2, mobile=True)
    browser.open(folder / name / "report.html")
    assert browser.run("return document.scrollingElement.scrollWidth") == 390
    assert browser.run("return getComputedStyle(document.querySelector('figure .wide')).display") == "none"


def test_dark_and_print_have_their_own_colours(browser: Browser, folder: Path) -> None:
    browser.open(folder / "succeeded" / "report.html")
    ground = "return getComputedStyle(document.body).backgroundColor"
    dark = [{"name": "prefers-color-scheme", "value": "dark"}]
    assert browser.run(ground) == "rgb(255, 255, 255)"
    browser.devtools("Emulation.setEmulatedMedia", features=dark)
    assert browser.run(ground) == "rgb(21, 26, 33)"
    browser.devtools("Emulation.setEmulatedMedia", media="print", features=dark)
    assert browser.run(ground) == "rgb(255, 255, 255)"
    browser.devtools("Emulation.setEmulatedMedia", media="", features=[])


def test_the_page_prints_on_a4_with_the_tables_across(browser: Browser, folder: Path) -> None:
    browser.open(folder / "failed" / "report.html")
    made = browser.devtools("Page.printToPDF", printBackground=True, preferCSSPageSize=True)
    pdf = base64.b64decode(made["data"]).decode("latin-1")
    boxes = {
        (round(float(width)), round(float(height)))
        for width, height in re.findall(r"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    }
    assert {tuple(sorted(box)) for box in boxes} in ({(595, 842)}, {(596, 842)})
    assert len(boxes) == 2, "upright and across"


def test_every_control_can_be_reached_by_keyboard(browser: Browser, folder: Path) -> None:
    browser.open(folder / "failed" / "report.html")
    browser.type("summary", ENTER)
    assert browser.run("return document.querySelector('details').open")
    reached = browser.run(
        "return [...document.querySelectorAll('a, button, input, select, summary, .scrolling')]"
        ".every(e => { e.focus(); return document.activeElement === e })"
    )
    assert reached


def test_the_index_opens_the_report(browser: Browser, folder: Path) -> None:
    place = folder / "succeeded"
    links = [Link("Report", "report.html", "Verdict and proof"), Link("Log", "log.jsonl", "Every event")]
    (place / "index.html").write_text(report_html.index(reports.succeeded(), links), encoding="utf-8")
    browser.open(place / "index.html")
    assert browser.console() == []
    browser.click(".links a")
    assert browser.run("return location.href") == (place / "report.html").as_uri()
    assert "Migration succeeded" in browser.run("return document.title")
