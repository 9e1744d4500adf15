"""Diagrams show every table once, apart from the others, with its keys and a line for each reference."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from runner.catalog import domains
from runner.catalog.domains import Domain
from runner.catalog.model import Catalog, Column, ForeignKey, Key, Table
from runner.errors import ViolationError
from runner.pages import diagram
from runner.systems import System, all_systems

SVG = "{http://www.w3.org/2000/svg}"
DOMAINS = [
    (system, one) for system in all_systems() for one in domains.read(system.baseline_folder, system.target_catalog)
]
HOSTILE = 'a "b" <c> & \\d'


def parsed(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314 - written by this project


def nodes(svg: str) -> dict[str, ET.Element]:
    """The groups of the tables by the name in the first line of their box."""
    groups = [group for group in parsed(svg).iter(f"{SVG}g") if group.get("class") == "node"]
    return {"".join(next(group.iter(f"{SVG}text")).itertext()): group for group in groups}


def edges(svg: str) -> int:
    return sum(group.get("class") == "edge" for group in parsed(svg).iter(f"{SVG}g"))


def texts(group: ET.Element) -> list[str]:
    return ["".join(text.itertext()) for text in group.iter(f"{SVG}text")]


def box(group: ET.Element) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of everything that belongs to a table."""
    points = [
        tuple(map(float, point.split(",")))
        for polygon in group.iter(f"{SVG}polygon")
        for point in polygon.attrib["points"].split()
    ]
    xs, ys = zip(*points, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def apart(one: ET.Element, other: ET.Element) -> bool:
    left, top, right, bottom = box(one)
    left2, top2, right2, bottom2 = box(other)
    return right < left2 or right2 < left or bottom < top2 or bottom2 < top


def toy(*, unique: bool = False, nullable: bool = True) -> Catalog:
    """A parent with a hostile name, a child that refers to it, to itself and to a table of another domain."""
    columns = tuple(Column(name, "uuid", nullable) for name in ("id", HOSTILE, "self", "away", "plain"))
    keys = (
        ForeignKey("fk1", (HOSTILE,), HOSTILE, ("id",), "CASCADE", "NO ACTION"),
        ForeignKey("fk2", ("self",), "child", ("id",), "CASCADE", "NO ACTION"),
        ForeignKey("fk3", ("away",), "far", ("id",), "CASCADE", "NO ACTION"),
    )
    primary_key = Key("pk", ("id",))
    uniques = (Key("uq", (HOSTILE,)),) if unique else ()
    tables = {
        "child": Table("child", columns, primary_key, uniques, (), keys, ()),
        HOSTILE: Table(HOSTILE, columns[:1], primary_key, (), (), (), ()),
        "far": Table("far", columns[:1], primary_key, (), (), (), ()),
    }
    return Catalog("postgres", "toy", "17", tables, {}, (), ())


NEAR = Domain("Near & dear", "", ("child", HOSTILE))


@pytest.mark.parametrize(("system", "domain"), DOMAINS, ids=lambda value: getattr(value, "name", ""))
def test_the_committed_diagrams(system: System, domain: Domain) -> None:
    svg = diagram.path(system, domain).read_text(encoding="utf-8")
    found = nodes(svg)
    assert set(found) == set(domain.tables)
    assert all(apart(one, other) for one, other in combinations(found.values(), 2))
    for name in domain.tables:
        table = system.target_catalog.tables[name]
        told = texts(found[name])
        for column in diagram.key_columns(table):
            assert column.name in told
        for key in table.foreign_keys:
            assert (f"→ {key.ref_table}" in told) == (key.ref_table not in domain.tables)
    inside = [
        key
        for name in domain.tables
        for key in system.target_catalog.tables[name].foreign_keys
        if key.ref_table in domain.tables
    ]
    assert edges(svg) == len(inside)


def test_two_boxes_that_overlap_are_seen() -> None:
    one, other = (parsed(f'<g xmlns="{SVG[1:-1]}"><polygon points="{x},0 {x + 10},10"/></g>') for x in (0, 5))
    assert not apart(one, other)


def test_any_name_stays_a_name() -> None:
    found = nodes(diagram.draw(toy(), NEAR))
    assert set(found) == {"child", HOSTILE}
    assert texts(found["child"]) == [
        "child",
        *("PK", "id", "uuid"),
        *("FK", HOSTILE, "uuid"),
        *("FK", "self", "uuid"),
        *("FK", "away", "→ far"),
        "and 1 more",
    ]


def test_lines_tell_one_from_many_and_none() -> None:
    shapes = {
        (unique, nullable): diagram.draw(toy(unique=unique, nullable=nullable), NEAR)
        for unique in (False, True)
        for nullable in (False, True)
    }
    assert len(set(shapes.values())) == 4
    # A circle stands for a reference that may be empty.
    assert {key: svg.count("<ellipse") for key, svg in shapes.items()} == {
        (False, False): 0,
        (True, False): 0,
        (False, True): 2,
        (True, True): 2,
    }


def test_the_colours_are_the_pages_and_the_bytes_repeat() -> None:
    svg = diagram.draw(toy(), NEAR)
    assert "var(--ink, #17202c)" in svg
    assert "#00000" not in svg
    assert svg == diagram.draw(toy(), NEAR)
    assert 'aria-label="Near &amp; dear: 2 tables' in svg


def test_without_graphviz_the_way_out_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diagram, "_PROGRAM", Path("/missing"))
    with pytest.raises(ViolationError, match=r"'Near & dear': graphviz failed .*install requirements.lock"):
        diagram.draw(toy(), NEAR)
