"""The program behind `./inv`: invoke, with wrong use told in one line, and what it says of its tasks."""

from __future__ import annotations

import re
import runpy
import sys
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, cast

from invoke.collection import Collection
from invoke.context import Context
from invoke.exceptions import Exit, ParseError
from invoke.parser import Parser
from invoke.parser.argument import Argument
from invoke.program import Program
from invoke.runners import Promise

from runner import interruption
from runner.errors import UsageError

# How invoke ends when it is interrupted, and how it writes a flag that lacks its value.
_SILENT = 1
_ARGUMENT = re.compile(r"<Argument: (\S+)[^>]*>")


class Launcher(Program):
    """invoke's program, but for the exit code and the line of a command line that cannot be understood."""

    def parse_core(self, argv: list[str] | None) -> None:
        """Read the options before the first task."""
        _told(super().parse_core, argv)

    def parse_tasks(self) -> None:
        """Read the tasks and their options."""
        _told(super().parse_tasks)

    def _make_parser(self) -> Parser:
        parser = super()._make_parser()
        for context in parser.contexts.values():
            for argument in context.args.values():
                if argument.kind is list:
                    # invoke begins with an empty list, which it takes for a value that was given.
                    argument.raw_value = None
        return parser


def _told(parse: Any, *arguments: Any) -> None:
    try:
        parse(*arguments)
    except ParseError as error:
        fault = _ARGUMENT.sub(r"'--\1'", str(error)).rstrip("!")
        raise Exit(f"wrong use: {fault}; see `./inv --list` and `./inv --help TASK`", UsageError.exit_code) from None


def described(tasks: Path) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Every task of a file as `./inv --help` tells of it: its name, its sentence, its options each with a sentence."""
    # Read anew: invoke takes a task's help away once it has been asked for.
    collection = Collection.from_module(cast(ModuleType, SimpleNamespace(**runpy.run_path(str(tasks)))))
    return [
        (
            one.name or "",
            collection[one.name].__doc__,
            [(_typed(option), option.help or "") for option in one.args.values()],
        )
        for one in collection.to_contexts()
    ]


def _typed(option: Argument) -> str:
    """An option as it is typed."""
    value = {bool: "", int: "=N"}.get(option.kind, "=TEXT")
    return f"--{(option.name or '').replace('_', '-')}{value}"


def python(c: Context, module: str, *, pty: bool = False) -> None:
    """Run a module with its arguments in a process of its own, and show the command."""
    # A task before may have ended, and ignores signals since: the process would, too, and all that it starts.
    interruption.heed()
    c.run(f"{sys.executable} -m {module}", echo=True, echo_format="{command}", pty=pty)


def side_by_side(c: Context, modules: Iterable[str]) -> None:
    """Run modules with their arguments at the same time, each as `python` does; tell of one after the other.

    Exit with the code of the first that failed, when all have ended.
    """
    interruption.heed()
    # Unseen until it ends: lines of several programs would stand between each other.
    quietly = {"asynchronous": True, "hide": True, "warn": True}
    begun = [cast(Promise, c.run(f"{sys.executable} -m {module}", **quietly)) for module in modules]
    failed = 0
    for one in begun:
        ended = one.join()
        print(ended.command, ended.stdout, ended.stderr, sep="\n", end="", flush=True)
        failed = failed or ended.exited
    if failed:
        raise Exit(code=failed)


def main() -> None:
    """Run what was typed; KeyboardInterrupt when a signal comes before a task begins or while it still imports."""
    try:
        Launcher(name="inv", binary="./inv").run(["./inv", *sys.argv[1:]])
    except SystemExit as ended:
        # invoke makes a silent exit of one; tasks that have begun tell of it themselves and end with another code.
        if ended.code == _SILENT and isinstance(ended.__context__, KeyboardInterrupt):
            raise ended.__context__ from None
        raise
