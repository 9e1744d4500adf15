"""Whiteboards: the base64 holds the very bytes, and what is no zlib stream is refused."""

from __future__ import annotations

import base64
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runner.duckdb.whiteboard import is_whiteboard, whiteboard_base64


def as_mysql_holds_it(stream: bytes) -> str:
    return "".join(map(chr, stream))


def test_a_stream_worked_out_by_hand() -> None:
    # A stored block: header 78 01, block 01 02 00 fd ff "hi", Adler-32 of "hi".
    stream = bytes.fromhex("7801 01 0200 fdff 6869 013b00d2")
    assert zlib.decompress(stream) == b"hi"
    assert whiteboard_base64("x\x01\x01\x02\x00\xfd\xffhi\x01;\x00\xd2") == "eAEBAgD9/2hpATsA0g=="


def test_the_empty_text_stays() -> None:
    assert whiteboard_base64("") == ""


@settings(deadline=None, max_examples=60)
@given(content=st.binary(max_size=3000), level=st.integers(0, 9))
def test_any_content_arrives(content: bytes, level: int) -> None:
    result = whiteboard_base64(as_mysql_holds_it(zlib.compress(content, level)))
    assert result is not None
    assert "\n" not in result
    assert zlib.decompress(base64.b64decode(result, validate=True)) == content


def test_content_larger_than_the_blocks_it_inflates_to() -> None:
    stream = zlib.compress(b"a" * (5 << 20))
    assert whiteboard_base64(as_mysql_holds_it(stream)) == base64.b64encode(stream).decode()


def test_no_long_output_is_broken_into_lines() -> None:
    stream = zlib.compress(bytes(range(256)) * 400, 0)
    assert "\n" not in (whiteboard_base64(as_mysql_holds_it(stream)) or "\n")


STREAM = as_mysql_holds_it(zlib.compress(b"content of a whiteboard"))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("plain text", id="no stream"),
        pytest.param('{"type": "excalidraw"}', id="JSON"),
        pytest.param(" ", id="blank"),
        pytest.param("x", id="half a header"),
        pytest.param(STREAM[:2], id="header only"),
        pytest.param(STREAM[:-1], id="cut by one byte"),
        pytest.param(STREAM[:-5], id="cut in the stream"),
        pytest.param(STREAM + "\0", id="a byte too many"),
        pytest.param(STREAM + STREAM, id="two streams"),
        pytest.param(STREAM[:-1] + chr(ord(STREAM[-1]) ^ 1), id="wrong checksum"),
        pytest.param("\x1f\x8b" + STREAM[2:], id="gzip"),
        pytest.param(STREAM[2:-4], id="deflate without header"),
        pytest.param(STREAM[:5] + "\u0100" + STREAM[6:], id="above U+00FF"),
        pytest.param(STREAM + "\U0001f600", id="above U+FFFF"),
        pytest.param(STREAM.encode("latin-1").decode("cp1252", "replace"), id="through cp1252"),
        pytest.param(base64.b64encode(STREAM.encode("latin-1")).decode(), id="base64 already"),
    ],
)
def test_what_is_no_stream_is_refused(text: str) -> None:
    assert not is_whiteboard(text)


@pytest.mark.parametrize("text", ["", STREAM])
def test_a_stream_is_a_whiteboard(text: str) -> None:
    assert is_whiteboard(text)


@pytest.mark.parametrize("text", ["\u0100", STREAM[:5] + "\u0178", "\U0001f600"])
def test_what_is_no_byte_has_no_base64(text: str) -> None:
    assert whiteboard_base64(text) is None
    assert not is_whiteboard(text)


def test_a_changed_byte_is_refused_or_changes_no_content() -> None:
    whole = STREAM.encode("latin-1")
    refused = 0
    for position in range(len(whole)):
        for bit in range(8):
            broken = bytearray(whole)
            broken[position] ^= 1 << bit
            legal = is_whiteboard(as_mysql_holds_it(bytes(broken)))
            refused += not legal
            # The header's level and the bits that fill the last byte of the stream mean nothing.
            assert not legal or zlib.decompress(bytes(broken)) == zlib.decompress(whole)
    assert refused > 0.9 * len(whole) * 8
