"""Drawings as inline SVG that leave the page around them alone: no style sheet, no font, ids of their own.

A drawing names its colours by role, as the page's CSS variables, so that the same drawing follows light, dark and
print. Text stays text in the page's own font. Coordinates are the page's pixels, counted from the upper left corner.
The same drawing gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import svg
from markupsafe import escape

from runner.console import printable

INK, MUTED, LINE, ACCENT, BAD, SOFT = (f"var(--{role})" for role in ("ink", "muted", "line", "accent", "bad", "soft"))
TINTS = tuple(f"var(--tint-{number})" for number in range(1, 6))

_ANCHORS = {"left": "", "center": "; text-anchor: middle", "right": "; text-anchor: end"}
_BASELINE = 0.36
"""How far below the middle of its capitals a line of text stands, in proportion to its size."""


class Sheet:
    """A drawing of one size, made of bars, lines and steps, and of texts, which lie above all of them."""

    def __init__(self, width: float, height: float) -> None:
        self.width, self.height = width, height
        self._shapes: list[svg.Element] = []
        self._texts: list[svg.Element] = []

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
        weight = "; font-weight: 700" if bold else ""
        style = f"font-size: {size}px; fill: {colour}{weight}{_ANCHORS[align]}"
        self._texts.append(svg.Text(x=_pixels(x), y=_pixels(y + _BASELINE * size), style=style, text=_safe(words)))

    def bars(self, boxes: Sequence[tuple[float, float, float]], height: float, colour: str) -> None:
        """Bars from left to right around a middle height; none is thinner than a pixel."""
        places: list[svg.PathData] = []
        for left, right, middle in boxes:
            places += [svg.M(_pixels(left), _pixels(middle)), svg.H(_pixels(max(right, left + 1)))]
        self._stroke(places, height, colour)

    def upright(self, places: Sequence[float], top: float, bottom: float) -> None:
        """Thin vertical lines of a grid."""
        lines: list[svg.PathData] = []
        for x in places:
            lines += [svg.M(_pixels(x), _pixels(top)), svg.V(_pixels(bottom))]
        self._stroke(lines, 1, LINE)

    def steps(self, edges: Sequence[float], heights: Sequence[float], base: float) -> None:
        """A filled outline that keeps one height between two edges."""
        outline: list[svg.PathData] = []
        for height, left, right in zip(heights, edges, edges[1:], strict=False):
            to = svg.L if outline else svg.M
            outline += [to(_pixels(left), _pixels(height)), svg.L(_pixels(right), _pixels(height))]
        ground = [svg.L(_pixels(edges[-1]), _pixels(base)), svg.L(_pixels(edges[0]), _pixels(base)), svg.Z()]
        self._shapes.append(svg.Path(d=[*outline, *ground], style=f"fill: {TINTS[0]}"))
        self._stroke(outline, 1.5, ACCENT)

    def _stroke(self, places: list[svg.PathData], width: float, colour: str) -> None:
        if places:
            style = f"fill: none; stroke: {colour}; stroke-width: {_pixels(width)}"
            self._shapes.append(svg.Path(d=places, style=style))

    def svg(self, name: str, title: str, description: str) -> str:
        """The drawing as an `svg` element with a text alternative; `name` keeps its ids apart from others'."""
        words: list[svg.Element] = [
            svg.Title(id=f"{name}-title", text=_safe(title)),
            svg.Desc(id=f"{name}-desc", text=_safe(description)),
        ]
        drawing = svg.SVG(
            xmlns=None,
            viewBox=svg.ViewBoxSpec(0, 0, _pixels(self.width), _pixels(self.height)),
            extra={"role": "img", "aria-labelledby": f"{name}-title {name}-desc"},
            elements=words + self._shapes + self._texts,
        )
        return str(drawing)


def shortened(text: str, most: int) -> str:
    """A name that fits: printable, its end cut where it is longer than `most`."""
    clean = printable(text)
    return clean if len(clean) <= most else clean[: most - 1] + "…"


def _safe(words: str) -> str:
    """Words as text of a page; the library writes them as they are."""
    return str(escape(printable(words)))


def _pixels(length: float) -> float:
    """A length to a tenth of a pixel, a whole one without a fraction."""
    tenths = round(length, 1)
    return int(tenths) if tenths == int(tenths) else tenths
