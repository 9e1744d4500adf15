"""What a run leaves for other programs: report.json and log.jsonl, read and held against what the docs say of them."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped, unused-ignore]

from runner.systems import ROOT

_EVENT = re.compile(r"^\| `([^`]+)` \|", re.MULTILINE)


def report(folder: Path) -> dict[str, Any]:
    """The report in a run's folder; ValidationError when it is not as `docs/report.schema.json` says."""
    found: dict[str, Any] = json.loads((folder / "report.json").read_bytes())
    _schema().validate(found)
    return found


def log(folder: Path) -> list[dict[str, Any]]:
    """The log in a run's folder, event by event; AssertionError names events that `docs/reference/log.md` does not."""
    found = [json.loads(line) for line in (folder / "log.jsonl").read_bytes().splitlines()]
    unknown = {event["event"] for event in found} - documented_events()
    assert not unknown, f"docs/reference/log.md lacks {', '.join(sorted(unknown))}"
    return found


@cache
def documented_events() -> frozenset[str]:
    """The names of events that the reference explains."""
    page = (ROOT / "docs" / "reference" / "log.md").read_text(encoding="utf-8")
    return frozenset(_EVENT.findall(page.partition("## Events")[2]))


@cache
def _schema() -> Any:
    schema = json.loads((ROOT / "docs" / "report.schema.json").read_bytes())
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)
