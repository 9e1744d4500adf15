"""A copy of the project in a folder of its own, to be used and changed as a reader of the docs does."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from runner.systems import ROOT
from tests.documents import CACHES, NOT_OURS


def copy(folder: Path) -> Path:
    """The project as a person who fetched it has it; it borrows the installed packages. Returns the folder.

    What dbt parsed before comes along, so that a test does not pay for it again.
    """
    shutil.copytree(ROOT, folder, ignore=lambda at, names: (NOT_OURS if Path(at) == ROOT else CACHES) & set(names))
    (folder / ".venv").symlink_to(ROOT / ".venv")
    for parsed in (ROOT / "target").glob("*/partial_parse.msgpack"):
        (folder / "target" / parsed.parent.name).mkdir(parents=True)
        shutil.copy(parsed, folder / "target" / parsed.parent.name)
    return folder


def shell(project: Path, line: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a line as typed in the project's folder, with these settings; both streams are in `stdout`."""
    return subprocess.run(
        ["bash", "-c", line],
        cwd=project,
        env=_environment(settings),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=600,
    )


def _environment(settings: Mapping[str, str]) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "HOME": os.environ["HOME"], "LANG": "C.UTF-8", **settings}
