"""The page: complete, well-formed, reachable, self-contained, and deaf to hostile names."""

import base64
import hashlib
import re
from functools import cache
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pytest

from runner.errors import Violation
from runner.pages import report_html
from runner.pages.report_html import Link
from runner.resources import TEMPLATES
from runner.runs.report import Report
from tests import reports

VOID = {"meta", "link", "br", "input", "wbr", "path", "circle"}
HOSTILE = "<script>alert(1)</script>\"'&<!--]]></style>{{ 7*7 }}$x$\n\x1b[31m\u202e\x00"


class Page(HTMLParser):
    """Elements, texts and faults of nesting."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.faults: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID and (not self.open or self.open.pop() != tag):
            self.faults.append(f"</{tag}> at {self.getpos()}")

    def handle_data(self, data: str) -> None:
        if not {"style", "script"} & set(self.open[-1:]):
            self.texts.append(data)

    def of(self, *tags: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.elements if tag in tags]

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.texts))


@cache
def rendered(name: str) -> str:
    """The page of one of the reports; drawing its charts takes a while, so it is done once."""
    makers = {
        "succeeded": reports.succeeded,
        "failed": reports.failed,
        "refused": reports.refused,
        "hostile": hostile,
        "empty": empty,
    }
    return report_html.render(makers[name]())


@pytest.fixture(params=["succeeded", "failed", "refused", "hostile", "empty"])
def page(request: pytest.FixtureRequest) -> Page:
    return Page(rendered(request.param))


def empty() -> Report:
    """A run that ended before it knew anything."""
    return reports.refused().model_copy(update={"systems": {}, "phases": (), "violations": (), "versions": {}})


def hostile() -> Report:
    """Every text that a database or a person could choose is an attack."""

    def poison(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {(HOSTILE if key in ("systems", "versions") else name): poison(v, name) for name, v in value.items()}
        if isinstance(value, list):
            return [poison(one, key) for one in value]
        kept = key in ("status", "method", "started_at", "finished_at", "source_digest", "final_digest")
        return HOSTILE if isinstance(value, str) and not kept else value

    return Report.model_validate(poison(reports.failed().model_dump(mode="json")))


def test_the_page_is_well_formed(page: Page) -> None:
    assert not page.faults
    assert not page.open


def test_ids_are_unique_and_every_reference_leads_somewhere(page: Page) -> None:
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    wanted = {str(link["href"])[1:] for link in page.of("a") if str(link["href"]).startswith("#")}
    for name in ("aria-labelledby", "for"):
        wanted |= {one for _, attributes in page.elements for one in str(attributes.get(name) or "").split()}
    assert wanted <= set(ids)


def test_headings_go_down_one_level_at_a_time(page: Page) -> None:
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(below - above <= 1 for above, below in pairwise(levels))


def test_tables_and_drawings_say_what_they_are(page: Page) -> None:
    assert all(attributes.get("scope") in ("col", "row") for attributes in page.of("th"))
    assert len(page.of("caption")) == len(page.of("table"))
    assert all(drawing.get("aria-hidden") or drawing.get("role") == "img" for drawing in page.of("svg"))
    assert len(page.of("title")) - 1 == len([drawing for drawing in page.of("svg") if drawing.get("role")])
    assert all(region.get("aria-label") for _, region in page.elements if region.get("role") == "region")


def test_nothing_is_fetched(page: Page) -> None:
    for tag, attributes in page.elements:
        assert "src" not in attributes
        assert not any(name.startswith("on") for name in attributes), f"{tag} acts"
        for name in ("href", "action", "xlink:href"):
            assert re.match(r"#|data:,$", attributes.get(name) or "#"), f"{tag} leads away"
    assert {tag for tag, _ in page.elements}.isdisjoint({"iframe", "object", "embed", "img", "base"})


def test_the_only_script_is_the_one_the_policy_names(page: Page) -> None:
    assert len(page.of("script")) == 1
    script = (TEMPLATES / "report.js").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    (policy,) = (meta["content"] for meta in page.of("meta") if meta.get("http-equiv"))
    assert f"script-src 'sha256-{digest}'" in str(policy)
    assert "default-src 'none'" in str(policy)


def test_hostile_texts_are_shown_and_inert() -> None:
    html = rendered("hostile")
    shown = Page(html)
    assert "<script>alert(1)</script>" in shown.text
    assert "{{ 7*7 }}$x$" in shown.text
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", html)
    assert len(shown.of("style")) == 1


def test_the_same_report_gives_the_same_page() -> None:
    assert report_html.render(reports.succeeded()) == rendered("succeeded")


@pytest.mark.parametrize("name", ["succeeded", "failed", "refused", "empty"])
def test_what_is_not_known_is_a_dash(name: str) -> None:
    text = Page(rendered(name)).text
    assert "None" not in text
    assert not re.search(r"\bFalse\b|\bTrue\b|[{}]", text)


def test_verdict_and_proof_come_first() -> None:
    text = Page(rendered("succeeded")).text
    proof = "100 of 100 tables identical: 2,652,864 rows, digests equal by MySQL and Postgres"
    assert text.index("Migration succeeded") < text.index(proof) < text.index("What moved")


def test_every_table_is_there_with_its_counts_and_digests() -> None:
    report = reports.failed()
    html = rendered("failed")
    rows = re.findall(r"<tr>\s*<th scope=\"row\">.*?</tr>", html.partition('id="all-tables"')[2], re.DOTALL)
    for (system, table), row in zip(report.tables, rows, strict=False):
        text = Page(row).text.replace(" ", "")
        assert text.startswith(f"{system}.{table.name}"), "the report's order is kept"
        assert f"{table.source_rows:,}" in text
        assert str(table.source_digest) in text
        assert str(table.final_digest) in text
    assert sum('class="result differs"' in row for row in rows) == 2


def test_violations_show_keys_place_and_remedy() -> None:
    text = Page(rendered("failed")).text
    for words in (
        "alkemio.user.email",
        "value differs , 3 rows",
        "0d3f2c02-11aa-4a5b-9c1d-7e6f5a4b3c2d",
        "export/alkemio/activity/0003.csv:88213",
        "Compare the three rows on both sides",
        f"./inv load --run {reports.RUN}",
        "Nothing was published",
    ):
        assert words in text


def test_rules_advice_and_constraints_are_there() -> None:
    text = Page(rendered("succeeded")).text
    for words in (
        "whiteboard_base64",
        "the target keeps its own migration history",
        "create index on public",
        "Sequences",
    ):
        assert words in text


def test_an_unproved_run_claims_no_proof() -> None:
    text = Page(rendered("refused")).text
    assert "how it is proved" not in text
    assert "Nothing is proved yet" in text
    assert "The run did not come to the constraints." in text


def test_the_index_links_what_the_run_left() -> None:
    links = [
        Link("Report", "report.html", "What happened"),
        Link(HOSTILE, "docs/alkemio/index.html#!/overview", HOSTILE),
        Link("Attack", "javascript:alert(1)", "inert"),
    ]
    shown = Page(report_html.index(reports.succeeded(), links))
    assert [link["href"] for link in shown.of("a")] == [
        "report.html",
        "docs/alkemio/index.html#!/overview",
        "javascript%3Aalert%281%29",
    ]
    assert not shown.faults
    assert not shown.of("script")


def _luminance(colour: str) -> float:
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_colours_have_the_contrast_of_wcag_aa(scheme: int) -> None:
    css = (TEMPLATES / "report.css").read_text(encoding="utf-8")
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", css.split(":root {")[scheme + 1].split("}")[0]))
    pairs = [
        (ink, ground) for ink in ("ink", "muted", "accent", "good", "bad", "warn") for ground in ("paper", "ground")
    ]
    pairs += [("ink", "tint-1"), ("ink", "tint-2")]
    pairs += [(ink, f"{state}-ground") for state in ("good", "bad", "warn") for ink in ("ink", "muted", state)]
    for ink, ground in pairs:
        light, dark = sorted((_luminance(colours[ink]), _luminance(colours[ground])), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, f"{ink} on {ground}"


def test_many_violations_are_all_listed() -> None:
    many = tuple(Violation("alkemio", f"table{n}", None, "null", n, "not null") for n in range(300))
    html = report_html.render(reports.failed().model_copy(update={"violations": many}))
    assert html.count("<h3><code>alkemio.table") == 300
