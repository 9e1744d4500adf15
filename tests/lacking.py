"""What a test needs and the machine has not."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest


def lacking(what: str) -> NoReturn:
    """End a test: on a laptop what is missing is a choice, in CI a hole in the proof."""
    if os.environ.get("CI", "").lower() == "true":
        pytest.fail(what)
    pytest.skip(what)
