"""Drawings as inline SVG: matplotlib's output, freed of everything that would disturb the page around it.

A drawing names its colours by role; in the page each becomes a CSS variable, so that the same drawing
follows light, dark and print. Text stays text in the page's own font. Coordinates are the page's pixels,
counted from the upper left corner. The same drawing gives the same bytes.
"""

from __future__ import annotations

import io
import logging
import re
import warnings
from collections.abc import Sequence
from typing import Any, Literal
from xml.etree import ElementTree as ET

import matplotlib as mpl
from matplotlib.figure import Figure

from runner.console import printable

# Colours that no drawing would use by itself stand for the page's variables until the text is written.
INK, MUTED, LINE, ACCENT, BAD, SOFT = (f"#00000{digit}" for digit in range(1, 7))
TINTS = tuple(f"#0000{digit}0" for digit in range(1, 6))
_VARIABLES = {
    INK: "var(--ink)",
    MUTED: "var(--muted)",
    LINE: "var(--line)",
    ACCENT: "var(--accent)",
    BAD: "var(--bad)",
    SOFT: "var(--soft)",
} | {tint: f"var(--tint-{number})" for number, tint in enumerate(TINTS, start=1)}
_SVG = "{http://www.w3.org/2000/svg}"
_NO_METADATA = {"Date": None, "Creator": None, "Format": None, "Type": None}
_LONG_NUMBER = re.compile(r"-?\d+\.\d+")

logging.getLogger("matplotlib").setLevel(logging.ERROR)


class Sheet:
    """A drawing of one size, made of texts, bars, lines and steps."""

    def __init__(self, width: float, height: float) -> None:
        self.width, self.height = width, height
        self._figure = Figure(figsize=(width / 72, height / 72))
        self._axes = self._figure.add_axes((0, 0, 1, 1))
        self._axes.set_axis_off()
        self._axes.set(xlim=(0, width), ylim=(height, 0), autoscale_on=False)

    def text(
        self,
        x: float,
        y: float,
        words: str,
        *,
        size: float = 12,
        colour: str = INK,
        bold: bool = False,
        align: Literal["left", "center", "right"] = "left",
    ) -> None:
        """Words whose middle is at height `y`."""
        self._axes.text(
            x,
            y,
            printable(words),
            fontsize=size,
            color=colour,
            ha=align,
            va="center_baseline",
            weight="bold" if bold else "normal",
            parse_math=False,
        )

    def bars(self, boxes: Sequence[tuple[float, float, float]], height: float, colour: str) -> None:
        """Bars from left to right around a middle height; none is thinner than a pixel."""
        if boxes:
            lefts, rights, middles = zip(*((left, max(right, left + 1), y) for left, right, y in boxes), strict=True)
            self._axes.hlines(middles, lefts, rights, colors=colour, linewidths=height)

    def upright(self, places: Sequence[float], top: float, bottom: float) -> None:
        """Thin vertical lines of a grid."""
        self._axes.vlines(places, top, bottom, colors=LINE, linewidths=1)

    def steps(self, edges: Sequence[float], heights: Sequence[float], base: float) -> None:
        """A filled outline that keeps one height between two edges."""
        self._axes.stairs(heights, edges, baseline=base, fill=True, color=TINTS[0])
        self._axes.stairs(heights, edges, baseline=None, color=ACCENT, linewidth=1.5)

    def svg(self, name: str, title: str, description: str) -> str:
        """The drawing as an `svg` element with a text alternative; `name` keeps its ids apart from others'."""
        text = io.StringIO()
        options: dict[Any, Any] = {"svg.fonttype": "none", "svg.hashsalt": name}
        with mpl.rc_context(options), warnings.catch_warnings():
            # The page's font draws the text: that matplotlib's own lacks a letter does not matter.
            warnings.filterwarnings("ignore", message=r"Glyph .* missing")
            self._figure.savefig(text, format="svg", transparent=True, metadata=_NO_METADATA)
        root = ET.fromstring(text.getvalue())  # noqa: S314 -- written by matplotlib a line ago
        _bare(root)
        _describe(root, name, title, description)
        return _written(root)


def shortened(text: str, most: int) -> str:
    """A name that fits: printable, its end cut where it is longer than `most`."""
    clean = printable(text)
    return clean if len(clean) <= most else clean[: most - 1] + "…"


def _bare(root: ET.Element) -> None:
    """Removes what reaches beyond the drawing, style sheet, ids, fonts, and what nothing needs."""
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag in (f"{_SVG}defs", f"{_SVG}metadata") or child.get("style") == "fill: none":
                parent.remove(child)
    for attribute in ("width", "height", "version"):
        root.attrib.pop(attribute, None)
    for element in root.iter():
        for attribute in ("id", "clip-path"):
            element.attrib.pop(attribute, None)
        if element.get("transform", "").startswith("rotate(-0"):
            del element.attrib["transform"]
        style = element.get("style", "")
        kept = [part.strip() for part in style.split(";") if not part.strip().startswith("font-family")]
        if kept != [""]:
            element.set("style", ";".join(kept))
        for attribute in ("d", "x", "y"):
            if attribute in element.attrib:
                element.set(attribute, _rounded(element.attrib[attribute]))


def _rounded(coordinates: str) -> str:
    """Coordinates to a tenth of a pixel, on one line."""
    return " ".join(_LONG_NUMBER.sub(lambda number: f"{float(number[0]):.1f}", coordinates).split())


def _describe(root: ET.Element, name: str, title: str, description: str) -> None:
    for number, (tag, text) in enumerate((("title", title), ("desc", description))):
        element = ET.Element(f"{_SVG}{tag}", {"id": f"{name}-{tag}"})
        element.text = printable(text)
        root.insert(number, element)
    root.set("role", "img")
    root.set("aria-labelledby", f"{name}-title {name}-desc")


def _written(root: ET.Element) -> str:
    """The element as text, colours by the name of their role."""
    for element in root.iter():
        element.tag = element.tag.removeprefix(_SVG)
        style = element.get("style")
        for colour, variable in _VARIABLES.items() if style else ():
            style = (style or "").replace(colour, variable)
        if style:
            element.set("style", style)
        if element.tag == "text" and len(element):
            # matplotlib parts a text where its own fonts lack a letter; the page's font has no such parts.
            element.text = "".join(part.text or "" for part in element)
            for part in list(element):
                element.remove(part)
        elif element.tag not in ("text", "title", "desc"):
            element.text = None
        element.tail = None
    return ET.tostring(root, encoding="unicode")
