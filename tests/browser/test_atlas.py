"""Lineage, diagrams and dbt's docs of a migration in a browser: silent, complete, to be searched, read anywhere."""

from __future__ import annotations

import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from runner.catalog import domains
from runner.systems import all_systems
from tests.browser.driver import Browser

PAGES = ("lineage.html", "er.html")
SHOWN = (
    "return [...document.querySelectorAll('section.lineage tbody tr')]"
    ".filter(row => row.checkVisibility()).map(row => row.id)"
)
SECTIONS = "return [...document.querySelectorAll('section.lineage')].filter(s => !s.hidden).map(s => s.dataset.table)"
COUNT = "return document.getElementById('shown').value"
# Every text of a diagram ends inside the box of its table, whatever font the browser has.
OUTSIDE = """
return [...document.querySelectorAll('.domain svg g.node')].flatMap(node => {
  const box = node.querySelector('polygon').getBBox();
  const right = Math.max(...[...node.querySelectorAll('polygon')].map(p => p.getBBox().x + p.getBBox().width));
  return [...node.querySelectorAll('text')].filter(t => {
    const text = t.getBBox();
    return text.width === 0 || text.x < box.x || text.x + text.width > right;
  }).map(t => t.textContent);
})
"""
GRAPH = """
const graph = angular.element(document.body).injector().get('graph').graph;
return graph.elements.filter(e => !e.data.source && e.data.display !== 'none').map(e => e.data.id).sort();
"""
PATIENCE = 30.0


def wait(browser: Browser, script: str) -> Any:
    """What a script returns as soon as it returns something."""
    end = time.monotonic() + PATIENCE
    while not (found := browser.run(script)):
        assert time.monotonic() < end, script
        time.sleep(0.2)
    return found


def size(browser: Browser, width: int) -> None:
    browser.devtools(
        "Emulation.setDeviceMetricsOverride", width=width, height=844, deviceScaleFactor=1, mobile=width < 500
    )


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_silent_and_asks_for_nothing(browser: Browser, migrated: Path, name: str) -> None:
    browser.open(migrated / name)
    assert browser.console() == []
    assert browser.requests() == {(migrated / name).as_uri()}


def test_lineage_has_every_column_of_all_tables_with_its_proof(browser: Browser, migrated: Path) -> None:
    browser.open(migrated / "lineage.html")
    assert len(browser.run(SHOWN)) == 1010
    assert len(set(browser.run(SECTIONS))) == 100
    assert browser.run(COUNT) == "1,010 columns in 100 tables"
    assert browser.count(".state .identical") == 100
    # Of what is scrolled out of sight a browser tells no innerText.
    row = "return document.getElementById('alkemio.whiteboard.content').textContent"
    for words in ("longtext", "whiteboard_base64", "Alkemio server"):
        assert words in browser.run(row)


def test_lineage_can_be_searched_and_filtered(browser: Browser, migrated: Path) -> None:
    browser.open(migrated / "lineage.html")
    browser.type("#search", "KRATOS nid")
    assert browser.run(COUNT) == f"{len(browser.run(SHOWN))} of 1,010 columns in {len(browser.run(SECTIONS))} tables"
    assert set(browser.run(SHOWN)) >= {"kratos.sessions.nid", "kratos.identities.nid"}
    assert all(place.startswith("kratos.") and "nid" in place for place in browser.run(SHOWN))
    browser.open(migrated / "lineage.html")
    browser.type("#rule", "whiteboard_base64")
    assert browser.run(SHOWN) == [
        "alkemio.callout_contribution_defaults.whiteboardContent",
        "alkemio.whiteboard.content",
    ]
    browser.type("#system", "kratos")
    assert browser.run(SHOWN) == []
    assert browser.run(COUNT) == "0 of 1,010 columns in 0 tables"
    browser.open(migrated / "lineage.html")
    browser.type("#table", "networks")
    assert browser.run(SECTIONS) == ["kratos.networks"]


def test_a_link_to_a_hidden_column_shows_it(browser: Browser, migrated: Path) -> None:
    browser.open(migrated / "lineage.html")
    browser.type("#table", "sessions")
    assert browser.run(SECTIONS) == ["kratos.sessions"]
    browser.click("#kratos\\.sessions\\.nid a[href='#kratos.networks.id']")
    assert "kratos.networks.id" in wait(browser, f"const all = (() => {{ {SHOWN} }})(); return all.length > 99 && all")
    place = "return document.getElementById('kratos.networks.id').getBoundingClientRect().top"
    assert 0 <= browser.run(place) < 844


def test_without_scripts_lineage_is_complete(browser: Browser, migrated: Path) -> None:
    browser.devtools("Emulation.setScriptExecutionDisabled", value=True)
    try:
        browser.open(migrated / "lineage.html")
        assert browser.count("section.lineage:not([hidden]) tbody tr:not([hidden])") == 1010
        assert browser.count("form.filter[hidden]") == 1
    finally:
        browser.devtools("Emulation.setScriptExecutionDisabled", value=False)


def test_every_link_of_the_pages_leads_somewhere(browser: Browser, migrated: Path) -> None:
    ids = {}
    links = {}
    for name in PAGES:
        browser.open(migrated / name)
        ids[name] = set(browser.run("return [...document.querySelectorAll('[id]')].map(e => e.id)"))
        links[name] = browser.run("return [...document.querySelectorAll('a')].map(a => a.getAttribute('href'))")
    for name, found in links.items():
        assert len(found) > 100
        for link in found:
            path, _, anchor = link.partition("#")
            assert (migrated / (path or name)).is_file(), link
            assert not anchor or anchor in ids[path or name], link


def test_every_domain_has_its_diagram_with_readable_text(browser: Browser, migrated: Path) -> None:
    browser.open(migrated / "er.html")
    titles = browser.run("return [...document.querySelectorAll('.domain h3')].map(h => h.innerText)")
    found = {system.name: domains.read(system.baseline_folder, system.target_catalog) for system in all_systems()}
    assert titles == [domain.name for system in found.values() for domain in system]
    tables = browser.run(
        "return [...document.querySelectorAll('.domain svg g.node')].map(n => n.querySelector('text').textContent)"
    )
    assert sorted(tables) == sorted(name for system in all_systems() for name in system.target_catalog.tables)
    assert browser.run(OUTSIDE) == []
    heights = browser.run("return [...document.querySelectorAll('.domain svg text')].map(t => t.getBBox().height)")
    assert min(heights) > 11, "texts are as large as they are drawn"


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", [1280, 390])
def test_a_page_never_scrolls_sideways(browser: Browser, migrated: Path, name: str, width: int) -> None:
    size(browser, width)
    browser.open(migrated / name)
    assert browser.run("return document.scrollingElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_built_for_readers_that_listen(browser: Browser, migrated: Path, name: str) -> None:
    browser.open(migrated / name)
    assert browser.count("h1") == 1
    levels = browser.run("return [...document.querySelectorAll('h1, h2, h3')].map(h => Number(h.tagName[1]))")
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert browser.count("table th:not([scope])") == 0
    assert browser.count("svg:not([aria-label])") == 0
    assert browser.run("return [...document.querySelectorAll('input, select')].every(e => e.labels.length === 1)")


def test_the_front_page_leads_to_both(browser: Browser, migrated: Path) -> None:
    browser.open(migrated / "index.html")
    links = browser.run("return [...document.querySelectorAll('.links a')].map(a => a.getAttribute('href'))")
    assert set(links) >= set(PAGES)


def test_the_graph_of_a_model_shows_its_source_and_its_exposure(browser: Browser, migrated: Path) -> None:
    browser.open(migrated / "docs.kratos.html")
    wait(browser, "return document.querySelector('.launcher-btn a') && true")
    browser.run("location.hash = '#!/model/model.convergence.sessions'")
    wait(browser, "return document.body.innerText.includes('proved this table identical to its source')")
    browser.click(".launcher-btn a")
    wait(browser, "return [...document.querySelectorAll('.launcher-body canvas')].some(canvas => canvas.width > 0)")
    assert browser.run(GRAPH) == [
        "exposure.convergence.ory_kratos",
        "model.convergence.sessions",
        "source.convergence.kratos_landing.sessions",
    ]


def test_dbts_docs_lead_to_the_lineage(browser: Browser, migrated: Path) -> None:
    browser.open(migrated / "docs.kratos.html")
    wait(browser, "return document.querySelector('a[href=\"lineage.html\"]') && true")
    browser.run("document.querySelector('a[href=\"lineage.html\"]').click()")
    wait(browser, "return document.title.startsWith('Column lineage')")
