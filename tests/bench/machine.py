"""What a record must say of the machine and the programs, so that its figures can be compared."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from importlib.metadata import version
from pathlib import Path

from runner.quantity import size
from runner.systems import ROOT
from tests.servers import Postgres, SourceServer

_PACKAGES = ("dbt-core", "duckdb", "psycopg", "pymysql")


def machine() -> dict[str, str]:
    """Processor, cores, memory and kernel."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "processor": model or platform.machine(),
        "cores": str(os.cpu_count()),
        "memory": size(memory),
        "kernel": platform.release(),
    }


def versions(sources: list[SourceServer], target: Postgres, extensions: str) -> dict[str, str]:
    """Of the servers, of the packages that do the work, and of the others that are installed."""
    found = {"python": platform.python_version()} | {name: version(name) for name in _PACKAGES}
    found |= {server.kind: server.version for server in sources} | {"postgres": target.version}
    if extensions:
        found["duckdb extensions"] = extensions
    if shutil.which("pgloader"):
        told = subprocess.run(["pgloader", "--version"], capture_output=True, text=True, check=False).stdout
        found["pgloader"] = told.split('"')[1] if '"' in told else told.strip()
    return found


def commit() -> str:
    """The commit of the working tree, with a plus sign when it was changed since."""
    head = _git("rev-parse", "--short", "HEAD")
    return head + ("+" if head and _git("status", "--porcelain", "--untracked-files=no") else "")


def _git(*arguments: str) -> str:
    try:
        done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return ""
    return done.stdout.strip()
