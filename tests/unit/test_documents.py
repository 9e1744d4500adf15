"""Every Markdown file: its links lead somewhere, its commands can be typed, the paths it names are there."""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from invoke.collection import Collection
from invoke.exceptions import ParseError
from invoke.parser import Parser
from invoke.program import Program

import tasks
from runner.pages import atlas
from runner.systems import ROOT
from tests import documents
from tests.documents import Document

DOCUMENTS = documents.all_documents()
every_document = pytest.mark.parametrize("document", DOCUMENTS, ids=[document.name for document in DOCUMENTS])
# A decision is about its day, and so is a line of the change log.
PAGES = tuple(one for one in DOCUMENTS if "decisions" not in one.path.parts and one.name != "CHANGELOG.md")
every_page = pytest.mark.parametrize("document", PAGES, ids=[document.name for document in PAGES])
PLACEHOLDER = re.compile(r"[A-Z]+|…|<\w+>")
PLACE = re.compile(r"(?:runner|baseline|models|macros|seeds|tests|docs|profiles)/[\w./-]*\w|[\w-]+\.(?:py|toml|lock)")
BESIDE_THE_DOCS = {ROOT / "models" / "overview.md": {atlas.LINEAGE, atlas.DIAGRAMS}}
"""Pages that a run puts beside the one that dbt makes of the document."""
MODULE = re.compile(r"python3? -m ([\w.]+)")


def broken_links(document: Document) -> list[str]:
    """The links whose file is not there, or has no such heading."""
    broken = []
    for link in document.links:
        parts = urlsplit(link)
        if parts.scheme or parts.path in BESIDE_THE_DOCS.get(document.path, ()):
            continue
        path = (document.path.parent / unquote(parts.path)).resolve() if parts.path else document.path
        exists = path.exists() and path.is_relative_to(ROOT)
        if not exists or (parts.fragment and parts.fragment not in Document(path).anchors):
            broken.append(link)
    return broken


def misfit(words: list[str]) -> str | None:
    """Why `./inv` would not take these words; None when it would."""
    if not words or PLACEHOLDER.fullmatch(words[0]):
        return None
    known = Collection.from_module(tasks)
    words = [word for word in words if not (words[0] == "--help" and PLACEHOLDER.fullmatch(word))]
    try:
        initial = Program(namespace=known).initial_context
        Parser(known.to_contexts(ignore_unknown_help=True), initial=initial).parse_argv(words)
    except ParseError as error:
        return f"./inv {' '.join(words)}: {error}"
    return None


@every_document
def test_links_lead_somewhere(document: Document) -> None:
    assert broken_links(document) == []


@every_document
def test_commands_can_be_typed(document: Document) -> None:
    assert [fault for words in document.commands if (fault := misfit(words))] == []


@every_document
def test_modules_that_are_started_exist(document: Document) -> None:
    texts = [*document.spans, *(fence.text for fence in document.fences)]
    modules = {name for text in texts for name in MODULE.findall(text)}
    assert [name for name in sorted(modules) if find_spec(name) is None] == []


@every_page
def test_options_exist(document: Document) -> None:
    known = {flag for context in Collection.from_module(tasks).to_contexts(True) for flag in context.flags}
    used = {match[0] for span in document.spans if (match := re.match(r"--[a-z][a-z-]+", span))}
    assert used - known <= {"--help", "--list"}


@every_page
def test_paths_are_there(document: Document) -> None:
    named = {span for span in document.spans if PLACE.fullmatch(span)}
    roots = (ROOT, ROOT / "runner", document.path.parent)
    assert [place for place in sorted(named) if not any((root / place).exists() for root in roots)] == []


def test_all_documents_are_read() -> None:
    names = {document.name for document in DOCUMENTS}
    assert names >= {"README.md", "CHANGELOG.md", "docs/proof.md", "docs/rules.md", "baseline/kratos/README.md"}
    assert any(words == ["migrate"] for words in documents.named("README.md").commands)


def test_every_page_of_docs_can_be_found_from_the_readme() -> None:
    found, waiting = set(), [ROOT / "README.md"]
    while waiting:
        document = Document(waiting.pop())
        if document.path in found:
            continue
        found.add(document.path)
        addresses = (urlsplit(link) for link in document.links)
        paths = ((document.path.parent / unquote(one.path)).resolve() for one in addresses if not one.scheme)
        waiting += [path for path in paths if path.suffix == ".md" and path.exists()]
    pages = {one.path for one in DOCUMENTS if one.path.is_relative_to(ROOT / "docs")}
    assert pages - found == set()


def test_decisions_are_listed_by_number_and_title() -> None:
    folder = ROOT / "docs" / "decisions"
    listed = re.findall(r"^- \[(\d+)\]\((.+)\) (.+)$", (folder / "README.md").read_text(encoding="utf-8"), re.M)
    written = []
    for path in sorted(folder.glob("[0-9]*.md")):
        number, _, title = path.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ").partition(". ")
        written.append((f"{int(number):04}", path.name, title))
    assert listed == written


@pytest.mark.parametrize(
    "text",
    ["[x](gone.md)", "[x](#gone)", "![x](../gone.png)", '<img src="gone.svg">', "[x](other.md#gone)", "[x](/etc)"],
)
def test_a_broken_link_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("tests.unit.test_documents.ROOT", tmp_path)
    (tmp_path / "page.md").write_text(f"# Is there\n\n{text} and [good](#is-there), [b](other.md#a-b-c-1)\n")
    (tmp_path / "other.md").write_text("# A `b`: c\n\n## A b c\n")
    assert len(broken_links(Document(tmp_path / "page.md"))) == 1


@pytest.mark.parametrize(
    ("words", "fits"),
    [
        ("migrate --system kratos --replace", True),
        ("verify --run ID --full", True),
        ("--help TASK", True),
        ("--list", True),
        ("TASK", True),
        ("migrat", False),
        ("migrate --sytem kratos", False),
        ("check --full", False),
        ("load --run", False),
        ("check kratos", False),
    ],
)
def test_a_command_that_cannot_be_typed_is_seen(words: str, fits: bool) -> None:
    assert (misfit(words.split()) is None) == fits


def test_commands_are_found_in_sentences_and_blocks(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("Type `./inv check`.\n\n```sh\nJOBS=2 ./inv load --run 'a b' # why\n./inv x | cat\n```\n")
    assert list(Document(page).commands) == [["check"], ["load", "--run", "a b"], ["x"]]
