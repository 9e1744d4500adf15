"""Entity-relationship diagrams as SVG: the tables of a domain with their keys and the foreign keys between them.

Graphviz, as a program from a package, lays the boxes out; colours are the variables of the page around it, with
those of a light page where there is none. The same tables give the same bytes on every machine.
"""

from __future__ import annotations

import re
import subprocess
import sysconfig
from collections.abc import Iterator
from html import escape
from pathlib import Path

from runner.catalog.domains import Domain
from runner.catalog.model import Catalog, Column, ForeignKey, Key, Table
from runner.errors import ViolationError
from runner.systems import System

_PROGRAM = Path(sysconfig.get_path("scripts")) / "graphviz-pure"
# Colours that no drawing would use by itself stand for the page's variables until the text is written.
_COLOURS = {
    "#000001": "var(--ink, #17202c)",
    "#000002": "var(--muted, #566172)",
    "#000003": "var(--soft, #b4bfcd)",
    "#000004": "var(--accent, #2452b8)",
    "#000005": "var(--paper, #ffffff)",
    "#000006": "var(--ground, #f5f6f8)",
}
_INK, _MUTED, _SOFT, _ACCENT, _PAPER, _GROUND = _COLOURS
_FONT = "Cousine"
"""Known to the program with the width of its letters, which those of other monospaced fonts do not exceed."""
_FONTS = 'ui-monospace, "Liberation Mono", "DejaVu Sans Mono", Menlo, Consolas, monospace'
_HEAD = f"""digraph {{
graph [rankdir=LR, nodesep=0.3, ranksep=0.6, pack=24, packmode="array_c1", bgcolor=transparent, outputorder=edgesfirst]
node [shape=plain, fontname={_FONT}, fontsize=12, fontcolor="{_INK}"]
edge [dir=both, color="{_MUTED}", arrowsize=0.8]
"""


def path(system: System, domain: Domain) -> Path:
    """Where a domain's diagram is kept; `./inv generate` writes it."""
    return folder(system) / f"{domain.slug}.svg"


def folder(system: System) -> Path:
    """Where the diagrams of a system are kept."""
    return system.baseline_folder / "diagrams"


def draw(catalog: Catalog, domain: Domain) -> str:
    """The diagram of one domain; ViolationError when graphviz cannot draw it."""
    tables = [catalog.tables[name] for name in domain.tables]
    edges = (_edge(table, key) for table in tables for key in table.foreign_keys if key.ref_table in domain.tables)
    text = "\n".join([_HEAD, *(_node(table, domain) for table in tables), *edges, "}"])
    try:
        drawn = subprocess.run(
            [_PROGRAM, "-Tsvg"], input=text, text=True, encoding="utf-8", capture_output=True, check=True
        )
    except (OSError, subprocess.CalledProcessError) as error:
        raise ViolationError(f"diagram {domain.name!r}: graphviz failed ({error}); install requirements.lock") from None
    return _for_a_page(drawn.stdout, domain)


def key_columns(table: Table) -> list[Column]:
    """The columns that identify rows or refer to others, in the table's order."""
    return [column for column in table.columns if marks(table, column.name)]


def marks(table: Table, name: str) -> str:
    """What a column is: PK, FK, UQ, or several of them."""
    found = {
        "PK": bool(table.primary_key and name in table.primary_key.columns),
        "FK": any(name in key.columns for key in table.foreign_keys),
        "UQ": any(name in key.columns for key in table.unique),
    }
    return " ".join(mark for mark, there in found.items() if there)


def _node(table: Table, domain: Domain) -> str:
    rows = "".join(_rows(table, domain))
    box = f'<TABLE BORDER="1" COLOR="{_SOFT}" BGCOLOR="{_PAPER}" CELLBORDER="0" CELLSPACING="0" CELLPADDING="4">'
    return f"{_quoted(table.name)} [label=<{box}{rows}</TABLE>>]"


def _rows(table: Table, domain: Domain) -> Iterator[str]:
    yield f'<TR><TD COLSPAN="3" ALIGN="LEFT" BGCOLOR="{_GROUND}"><B>{escape(table.name)}</B></TD></TR>'
    shown = key_columns(table)
    for column in shown:
        elsewhere = [
            key.ref_table
            for key in table.foreign_keys
            if column.name in key.columns and key.ref_table not in domain.tables
        ]
        colour, beside = (_ACCENT, f"→ {elsewhere[0]}") if elsewhere else (_MUTED, column.type)
        yield (
            f'<TR><TD ALIGN="LEFT">{_font(marks(table, column.name), _MUTED)}</TD>'
            f'<TD ALIGN="LEFT">{escape(column.name)}</TD>'
            f'<TD ALIGN="LEFT" PORT="{escape(column.name)}">{_font(beside, colour)}</TD></TR>'
        )
    more = len(table.columns) - len(shown)
    if more:
        yield f'<TR><TD COLSPAN="3" ALIGN="LEFT">{_font(f"and {more} more", _MUTED)}</TD></TR>'


def _font(text: str, colour: str) -> str:
    return f'<FONT COLOR="{colour}">{escape(text)}</FONT>' if text else ""


def _edge(table: Table, key: ForeignKey) -> str:
    """A line from the column that refers, with many or one at its end, to the box it refers to."""
    name = key.columns[0]
    unique: list[Key] = [other for other in (table.primary_key, *table.unique) if other]
    single = any(set(other.columns) <= set(key.columns) for other in unique)
    optional = any(table.column(column).nullable for column in key.columns)
    ends = f"arrowtail={'tee' if single else 'crow'}, arrowhead={'teeodot' if optional else 'tee'}"
    side = ":e" if key.ref_table == table.name else ""
    return f"{_quoted(table.name)}:{_quoted(name)}:e -> {_quoted(key.ref_table)}{side} [{ends}]"


def _quoted(name: str) -> str:
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _for_a_page(svg: str, domain: Domain) -> str:
    """The `svg` element alone, in the colours and fonts of a page, with a text alternative."""
    root = svg[svg.index("<svg") :]
    root = re.sub(r"<!--.*?-->\n?|<title>.*?</title>\n?", "", root, flags=re.DOTALL)
    # A unit of the layout is a pixel of the page, so that texts have the size they are given.
    root = re.sub(r'(width|height)="(\d+)pt"', r'\1="\2"', root)
    root = re.sub(r' (?:id|xml:space|xmlns:xlink)="[^"]*"', "", root)
    for colour, variable in _COLOURS.items():
        root = root.replace(f'"{colour}"', f'"{variable}"')
    root = root.replace(f'font-family="{_FONT}"', f"font-family='{_FONTS}'")
    label = f"{domain.name}: {len(domain.tables)} tables with their keys and the foreign keys between them"
    return root.replace("<svg ", f'<svg role="img" aria-label="{escape(label)}" ', 1)
