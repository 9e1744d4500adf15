"""What Postgres takes as JSON, and that the searches in SQL, which are of bytes, miss nothing MariaDB lets pass."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.preflight import documents
from runner.preflight.documents import is_json, is_jsonb

GOOD = [
    b"{}",
    b"[1, -0, 1.10, 1e5, 1E-400]",
    rb'"\u0041\n\"\\\/"',
    b'{"a": 1, "a": 2}',
    '"é\U0001f600"'.encode(),
    b"9" * 5000,
    b" \t\r\n1 ",
]
BAD = [
    b"",
    b"{",
    b"1.",
    b"01",
    b"[1,]",
    b"NaN",
    b"-Infinity",
    rb'"\x"',
    rb'"\U0041"',
    b'"a\nb"',
    b'"a\x00b"',
    b'"\xed\xa0\x80"',
    b'"\xff"',
    b"[" * 5000,
]


@pytest.mark.parametrize("document", GOOD)
def test_both_types_take(document: bytes) -> None:
    assert is_json(document)
    assert is_jsonb(document)


@pytest.mark.parametrize("document", BAD)
def test_both_types_refuse(document: bytes) -> None:
    assert not is_json(document)
    assert not is_jsonb(document)


@pytest.mark.parametrize("document", [rb'"\u0000"', rb'{"a\u0000": 1}', rb'"\ud800"', rb'"\udc00\ud800"'])
def test_only_jsonb_refuses(document: bytes) -> None:
    assert is_json(document)
    assert not is_jsonb(document)


@pytest.mark.parametrize("document", [rb'"\\u0000"', rb'"\ud83d\ude00"'])
def test_what_only_looks_like_it(document: bytes) -> None:
    assert is_jsonb(document)


@given(st.lists(st.text(st.sampled_from("\\\"/bfnrtu0dx8Ux'é\ud800"), max_size=8), max_size=4))
def test_search_finds_every_document_whose_escapes_are_refused(parts: list[str]) -> None:
    document = '"' + "".join(part.replace('"', '\\"') for part in parts) + '"'
    try:
        json.loads(document)
    except json.JSONDecodeError as error:
        # MariaDB itself refuses the rest: unfinished texts, and \u without four digits.
        if not error.msg.startswith("Invalid \\escape"):
            return
        assert finds(documents.SUSPECT["json"], document)
        assert finds(documents.SUSPECT["jsonb"], document)


@given(st.text(st.characters(exclude_categories=()), max_size=6))
def test_search_finds_every_document_that_jsonb_alone_refuses(text: str) -> None:
    document = json.dumps(text)
    if not is_jsonb(document.encode()):
        assert finds(documents.SUSPECT["jsonb"], document)


@given(st.text(st.characters(exclude_categories=()) | st.characters(min_codepoint=0xD700, max_codepoint=0xE0FF)))
def test_search_finds_every_half_of_a_pair_and_nothing_else(text: str) -> None:
    halves = any("\ud800" <= character <= "\udfff" for character in text)
    assert finds(documents.SURROGATE, text) == halves


def finds(search: str, document: str) -> bool:
    """Whether a search by bytes finds something in a document as MariaDB stores it."""
    return re.search(search.encode(), document.encode("utf-8", "surrogatepass")) is not None
