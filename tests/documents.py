"""The project's Markdown files, read as GitHub reads them: links, anchors, code, and the commands in it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

from runner.systems import ROOT

CACHES = frozenset({".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", "__pycache__"})
NOT_OURS = CACHES | {".git", ".venv", ".venv.lock", ".sandbox", ".env", "work", "target", "logs"}
"""What lies in the project's folder and does not belong to it."""
COMMAND_LANGUAGES = frozenset({"sh", "bash", "console", "yaml", "dockerfile"})
_ATTRIBUTE = re.compile(r"""\b(?:src|srcset|href)=["']([^"']+)["']""")
_INV = re.compile(r"(?<![\w/])\./inv\b([^\n`|;&>#]*)")


@dataclass(frozen=True)
class Fence:
    """A block of code: its language, its text and the line of the file it begins on."""

    language: str
    text: str
    line: int


@dataclass(frozen=True)
class Document:
    """One Markdown file."""

    path: Path

    @property
    def name(self) -> str:
        """Its path in the project."""
        return str(self.path.relative_to(ROOT))

    @cached_property
    def tokens(self) -> list[Token]:
        """What the parser makes of it."""
        return MarkdownIt("commonmark").enable("table").parse(self.path.read_text(encoding="utf-8"))

    @property
    def inline(self) -> Iterator[Token]:
        """The tokens inside of paragraphs, headings and cells."""
        for token in self.tokens:
            yield from token.children or ()

    @property
    def links(self) -> Iterator[str]:
        """Every address that is linked or shown."""
        for token in self.inline:
            address = token.attrs.get("href") or token.attrs.get("src")
            if address:
                yield str(address)
        for token in (*self.tokens, *self.inline):
            if token.type in {"html_block", "html_inline"}:
                yield from (entry.split()[0] for entry in _ATTRIBUTE.findall(token.content))

    @cached_property
    def anchors(self) -> frozenset[str]:
        """The anchors of its headings, as GitHub makes them."""
        found: list[str] = []
        for before, token in zip(self.tokens, self.tokens[1:], strict=False):
            if before.type == "heading_open":
                text = "".join(child.content for child in token.children or ())
                slug = re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")
                found.append(f"{slug}-{found.count(slug)}" if slug in found else slug)
        return frozenset(found)

    @property
    def fences(self) -> Iterator[Fence]:
        """Its blocks of code."""
        for token in self.tokens:
            if token.type == "fence":
                yield Fence(token.info, token.content, (token.map or [0])[0] + 1)

    @property
    def spans(self) -> Iterator[str]:
        """Its pieces of code inside of sentences."""
        yield from (token.content for token in self.inline if token.type == "code_inline")

    @property
    def commands(self) -> Iterator[list[str]]:
        """The words after each `./inv` that a reader could type."""
        texts = [*self.spans, *(fence.text for fence in self.fences if fence.language in COMMAND_LANGUAGES)]
        for text in texts:
            yield from commands_of(text)


def commands_of(text: str) -> Iterator[list[str]]:
    """The words after each `./inv` of a code."""
    yield from (shlex.split(words) for words in _INV.findall(text))


@cache
def all_documents() -> tuple[Document, ...]:
    """Every Markdown file of the project."""
    parts = (part for part in ROOT.iterdir() if part.name not in NOT_OURS)
    paths = (path for part in parts for path in ([part] if part.is_file() else part.rglob("*")))
    return tuple(Document(path) for path in sorted(paths) if path.suffix == ".md")


def named(name: str) -> Document:
    """The file of that path in the project."""
    return Document(ROOT / name)
