"""`python -m tests.servers provision`: installs what the tests' servers need."""

from __future__ import annotations

import sys

from tests.servers.provision import ProvisionError, provision


def main(arguments: list[str]) -> int:
    """The exit code: 0 done, 1 a step failed, 2 wrong use."""
    if arguments != ["provision"]:
        print("usage: python -m tests.servers provision", file=sys.stderr)
        return 2
    try:
        for line in provision():
            print(line, flush=True)
    except ProvisionError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


sys.exit(main(sys.argv[1:]))
