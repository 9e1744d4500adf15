"""The picture of the flow as a browser draws it: every word is inside and none covers another."""

from __future__ import annotations

import re
from itertools import combinations

import pytest
from PIL import Image

from runner.phases.migrate import PHASES
from runner.systems import ROOT
from tests import documents
from tests.browser import pictures
from tests.browser.driver import Browser

FOLDER = ROOT / "docs" / "pictures"
FLOW = FOLDER / "flow.svg"
TELEPHONE = 390 - 32
BOXES = (
    "return [...document.querySelectorAll('text')].map(t => { const b = t.getBBox();"
    " return [t.textContent, b.x, b.y, b.x + b.width, b.y + b.height] })"
)
NAMES = "return [...document.querySelectorAll('.phase, .verify')].map(t => t.textContent)"
WIDTH, HEIGHT = (int(size) for size in re.findall(r'\b(?:width|height)="(\d+)"', FLOW.read_text())[:2])
COLOURS = re.compile(r"--(\w+): (#[0-9a-f]{6})")


def test_no_word_leaves_the_picture_or_covers_another(browser: Browser) -> None:
    browser.open(FLOW)
    boxes = browser.run(BOXES)
    assert len(boxes) > 15
    assert [text for text, x, y, right, low in boxes if x < 0 or y < 0 or right > WIDTH or low > HEIGHT] == []
    assert [(one[0], other[0]) for one, other in combinations(boxes, 2) if overlap(one, other)] == []


def overlap(one: list[float], other: list[float]) -> bool:
    """Whether two boxes share more than the room above and below letters."""
    across = min(one[3], other[3]) - max(one[1], other[1])
    down = min(one[4], other[4]) - max(one[2], other[2])
    return across > 0 and down > 3


def test_the_flow_names_every_phase_in_order(browser: Browser) -> None:
    browser.open(FLOW)
    names = browser.run(NAMES)
    # The proof stands beside the others: it spans them.
    assert [*names[:-2], names[-1], names[-2]] == list(PHASES)


def test_the_flow_can_be_read_on_a_telephone() -> None:
    sizes = [int(size) for size in re.findall(r"font-size: (\d+)px", FLOW.read_text())]
    assert min(sizes) * min(1.0, TELEPHONE / WIDTH) >= 10


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_the_flow_has_contrast(scheme: int) -> None:
    blocks = re.findall(r"svg \{([^}]*)\}", FLOW.read_text())
    colours = dict(COLOURS.findall(blocks[scheme]))
    for ink in ("ink", "soft", "phase", "proof"):
        for ground in ("ground", "box"):
            assert contrast(colours[ink], colours[ground]) >= 4.5, (ink, ground)


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2 between two colours."""
    darker, lighter = sorted(luminance(colour) for colour in (one, other))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("name", ["report.png", "lineage.png"])
def test_screenshots_are_small_and_shown(name: str) -> None:
    path = FOLDER / name
    assert path.stat().st_size < 100_000
    with Image.open(path) as picture:
        assert picture.width == pictures.WIDTH
    assert f"docs/pictures/{name}" in documents.named("README.md").links


def test_every_picture_has_words_for_who_cannot_see_it() -> None:
    for document in documents.all_documents():
        assert [token.attrs["src"] for token in document.inline if token.type == "image" and not token.content] == []
