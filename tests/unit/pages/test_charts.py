"""Charts: right numbers, safe texts, no trace of the drawing library, quick however long the run was."""

import re
import time
from collections.abc import Sequence
from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.pages import charts, spans
from runner.pages.charts import Chart
from runner.pages.figure import ACCENT, Sheet, shortened
from runner.runs.report import Report, Span
from tests import reports

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def drawn() -> dict[str, Chart]:
    return charts.all_charts(reports.succeeded())


def _parsed(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314 -- our own drawing


def _texts(svg: str) -> list[str]:
    return [element.text or "" for element in _parsed(svg).iter("text")]


def _report(timeline: Sequence[Span], seconds: float = 100.0) -> Report:
    return reports.succeeded().model_copy(update={"timeline": tuple(timeline), "seconds": seconds})


def _span(table: str, start: float, seconds: float, *, phase: str = "export", size: int = 0) -> Span:
    begin = reports.START + timedelta(seconds=start)
    return Span(phase=phase, system="alkemio", table=table, started_at=begin, seconds=seconds, bytes=size)


def test_every_chart_has_a_text_alternative(drawn: dict[str, Chart]) -> None:
    assert list(drawn) == ["timeline", "sizes", "times", "throughput"]
    for chart in drawn.values():
        for svg in (chart.wide, chart.narrow):
            root = _parsed(svg)
            assert root.get("role") == "img"
            assert [child.tag for child in root][:2] == ["title", "desc"]
            assert [child.text for child in root][:2] == [chart.title, chart.description]


def test_drawings_leave_the_page_alone(drawn: dict[str, Chart]) -> None:
    for chart in drawn.values():
        for svg in (chart.wide, chart.narrow):
            assert not re.search(r"<style|font-family|url\(|http|<metadata|#0000|DejaVu", svg)
            assert re.findall(r'id="([^"]+)"', svg) == [
                f"{chart.name}-{w}-{t}" for w in _width(svg) for t in ("title", "desc")
            ]


def _width(svg: str) -> list[str]:
    return re.findall(r'viewBox="0 0 (\d+)', svg)


def test_numbers_are_written_in_full(drawn: dict[str, Chart]) -> None:
    assert {"authorization_policy", "1.07 GB", "1,670,214", "88 others"} <= set(_texts(drawn["sizes"].wide))
    assert drawn["sizes"].description == (
        "2,652,864 rows and 1.86 GB in 100 tables; "
        "the largest is alkemio.authorization_policy with 1,670,214 rows and 1.07 GB."
    )


def test_bars_are_as_long_as_their_values(drawn: dict[str, Chart]) -> None:
    root = _parsed(drawn["sizes"].narrow)
    bars = [
        [float(number) for number in re.findall(r"-?[\d.]+", path.get("d", ""))]
        for path in root.iter("path")
        if "--accent" in path.get("style", "")
    ]
    lengths = [bar[2] - bar[0] for bar in bars]
    sizes = sorted((table.bytes for _, table in reports.succeeded().tables), reverse=True)
    assert lengths[1] / lengths[0] == pytest.approx(sizes[1] / sizes[0], rel=0.01)


def test_no_text_leaves_its_drawing(drawn: dict[str, Chart]) -> None:
    for chart in drawn.values():
        for svg in (chart.wide, chart.narrow):
            width = float(_width(svg)[0])
            for text in _parsed(svg).iter("text"):
                style, x, length = text.get("style", ""), float(text.get("x", "0")), len(text.text or "") * 6.2
                left = x - length if "end" in style else x - length / 2 if "middle" in style else x
                assert left >= -12
                assert left + length <= width + 12


def test_hostile_names_are_text() -> None:
    sheet = Sheet(100, 20)
    sheet.bars([(0, 50, 10)], 5, ACCENT)
    sheet.text(0, 10, '<script>"&$x^2$\n\x00\x1b[31m\U0001f600漢')
    svg = sheet.svg("x", "<b>", '"\x00')
    assert _texts(svg) == ['<script>"&$x^2$\\u000a\\u0000\\u001b[31m\U0001f600漢']
    assert "<script" not in svg


def test_texts_lie_above_the_bars() -> None:
    sheet = Sheet(100, 20)
    sheet.text(0, 10, "words")
    sheet.bars([(0, 50, 10)], 5, ACCENT)
    assert [element.tag for element in _parsed(sheet.svg("x", "", ""))] == ["title", "desc", "path", "text"]


def test_names_are_shortened_after_they_are_made_printable() -> None:
    assert shortened("callout_contribution_defaults", 12) == "callout_con…"
    assert shortened("a\x1bb", 20) == "a\\u001bb"


def test_a_report_without_numbers_has_no_charts() -> None:
    bare = reports.refused().model_copy(update={"phases": (), "systems": {}})
    assert charts.all_charts(bare) == {}


def test_a_run_without_timeline_still_shows_phases_and_times() -> None:
    drawn = charts.all_charts(_report([], 22.5))
    assert list(drawn) == ["timeline", "sizes", "times"]


def test_spans_that_overlap_lie_in_lanes() -> None:
    lanes = spans.lanes(_report([_span("a", 0, 10), _span("b", 5, 10), _span("c", 10, 5)]), "export", "", 0.1)
    assert [[(one.label, one.start, one.end) for one in lane] for lane in lanes] == [
        [("a", 0, 10), ("c", 10, 15)],
        [("b", 5, 15)],
    ]


def test_chunks_of_a_table_and_short_neighbours_are_joined() -> None:
    timeline = [_span("a", 0, 10), _span("a", 10, 10), _span("b", 20, 0.1), _span("c", 20.1, 0.1), _span("d", 21, 5)]
    (lane,) = spans.lanes(_report(timeline), "export", "", 1.0)
    assert [(one.label, one.start, one.end) for one in lane] == [
        ("a", 0, 20),
        ("", 20, pytest.approx(20.2)),
        ("d", 21, 26),
    ]


def test_steps_of_a_phase_lie_below_each_other(drawn: dict[str, Chart]) -> None:
    for svg in (drawn["timeline"].wide, drawn["timeline"].narrow):
        heights = {text.text: float(text.get("y", "0")) for text in _parsed(svg).iter("text")}
        assert heights["load"] < heights["fill"] < heights["constrain"] < heights["verify"] < heights["digest"]


def test_phases_of_an_earlier_attempt_are_not_drawn() -> None:
    report = reports.succeeded()
    later = report.model_copy(update={"started_at": reports.START + timedelta(seconds=16)})
    texts = _texts(charts.all_charts(later)["timeline"].wide)
    assert {"verify", "publish"} <= set(texts)
    assert not {"export", "load"} & set(texts)


def test_a_table_is_named_once_over_its_chunks() -> None:
    names = ["authorization_policy", "activity"]
    gaps = [_span(names[0], start, 2) for start in range(0, 80, 10)]
    texts = _texts(charts.all_charts(_report([*gaps, _span(names[1], 85, 14)]))["timeline"].wide)
    assert [text for text in texts if text in names] == names


@pytest.mark.parametrize(
    ("seconds", "labels"),
    [(150.0, {"0 s", "60 s", "120 s"}), (900.0, {"0 min", "6 min"}), (20_000.0, {"0 h", "3 h"})],
)
def test_time_is_counted_in_whole_units(seconds: float, labels: set[str]) -> None:
    texts = _texts(charts.all_charts(_report([_span("a", 0, 1)], seconds))["timeline"].wide)
    assert labels <= set(texts)


@given(whole=st.floats(0.001, 4000), most=st.sampled_from((4, 8)))
def test_an_axis_has_few_steps_and_not_too_few(whole: float, most: int) -> None:
    ticks = charts._ticks(whole, most)
    assert (ticks[0], ticks[-1] <= whole) == (0, True)
    assert most / 3 <= len(ticks) <= most + 1


def test_every_strip_of_throughput_is_as_high_as_the_others() -> None:
    timeline = [_span("a", 0, 50, size=1000), _span("a", 50, 50, phase="verify", size=90_000)]
    root = _parsed(charts.all_charts(_report(timeline))["throughput"].wide)
    outlines = [path.get("d", "") for path in root.iter("path") if "--accent" in path.get("style", "")]
    heights = [[float(y) for y in re.findall(r"[ML] [\d.]+ ([\d.]+)", outline)] for outline in outlines]
    first, second = (max(strip) - min(strip) for strip in heights)
    assert first == pytest.approx(second)
    assert first > 40


def test_throughput_keeps_every_byte() -> None:
    report = _report([_span("a", 0, 100, size=1000), _span("b", 95, 20, size=500), _span("c", 3, 0, size=7)])
    rates = spans.throughput(report, 10)["export"]
    assert sum(rates) * 10 == pytest.approx(1507)
    assert rates[4] == pytest.approx(10)


def test_two_tables_of_one_name_keep_their_systems() -> None:
    other = _span("user", 0, 1).model_copy(update={"system": "kratos"})
    names = spans.labels(_report([_span("user", 0, 1), other]))
    assert names["kratos", "user"] == "kratos.user"
    assert names["alkemio", "activity"] == "activity"


def test_a_long_run_draws_as_fast_as_a_short_one() -> None:
    timeline = [_span(f"table{n % 90}", n * 0.01, 0.02, size=1000) for n in range(10_000)]
    started = time.monotonic()
    drawn = charts.all_charts(_report(timeline))
    assert time.monotonic() - started < 10
    assert len(drawn["timeline"].wide) < 100_000
