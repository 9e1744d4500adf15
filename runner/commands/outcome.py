"""How a task ends: whatever stops it becomes one line and its exit code."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from runner import interruption, log
from runner.console import printable
from runner.errors import ConvergenceError, InterruptError


@contextmanager
def told() -> Iterator[None]:
    """Tell whatever stops a task in one line on standard error, and end with its exit code."""
    try:
        interruption.heed()
        try:
            yield
        finally:
            interruption.ignore()
    except ConvergenceError as error:
        # Names of servers and files are part of it, and must stay on the line.
        print(printable(f"{error.word}: {error}"), file=sys.stderr)
        raise SystemExit(error.exit_code) from None
    except KeyboardInterrupt:
        print("interrupted: run the task again", file=sys.stderr)
        raise SystemExit(InterruptError.exit_code) from None
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        print(f"failed: {where}{error.strerror}; make room or see its rights, then run the task again", file=sys.stderr)
        raise SystemExit(1) from None
    except Exception as error:  # noqa: BLE001 - a traceback could quote values and secrets, so only its place is told
        log.bound().error("fault", exc_info=error)
        place = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(place.filename).name}:{place.lineno}"
        print(
            f"failed: {type(error).__name__} at {where}: a fault of this tool; its log has the way there",
            file=sys.stderr,
        )
        raise SystemExit(1) from None
