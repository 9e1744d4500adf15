"""A run's pages on the loopback address, for a browser: never what else is in its folder, which holds rows."""

from __future__ import annotations

import http.server
import os
from contextlib import suppress
from functools import partial
from pathlib import Path

from runner.errors import UsageError
from runner.run import Run

HOST = "127.0.0.1"
_PORTS = range(65536)
_SERVED = (".html", "report.json", "log.jsonl")


def serve(run: Run, port: int) -> None:
    """Serve until Ctrl-C or SIGTERM; 0 lets the system choose a port. UsageError when the port cannot be had."""
    if port not in _PORTS:
        raise UsageError(f"--port {port} is none: name one up to {_PORTS[-1]}, or 0 for a free one")
    handler = partial(Pages, directory=str(run.folder))
    try:
        server = http.server.ThreadingHTTPServer((HOST, port), handler)
    except OSError as error:
        raise UsageError(f"--port {port} cannot be used: {os.strerror(error.errno or 0)}; name another") from None
    # To end it is what a person is told to do, so it is no interruption.
    with server, suppress(KeyboardInterrupt):
        print(f"http://{HOST}:{server.server_address[1]}/ (Ctrl-C ends it)", flush=True)
        server.serve_forever()


class Pages(http.server.SimpleHTTPRequestHandler):
    """The pages in a folder, by their names alone."""

    def translate_path(self, path: str) -> str:
        """The file of a page; anything else becomes a name that does not exist."""
        folder, place = Path(self.directory), Path(super().translate_path(path))
        page = place.parent == folder and place.name.endswith(_SERVED) and "\0" not in place.name
        return str(place if page or place == folder else folder / "no page")

    def list_directory(self, path: str | os.PathLike[str]) -> None:
        """Nothing: a folder without a front page does not tell what is in it."""
        self.send_error(http.HTTPStatus.NOT_FOUND)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        """Say nothing."""
