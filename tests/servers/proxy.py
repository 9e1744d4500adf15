"""A line to a server that can be cut: every open connection at once, and all further ones until it is mended."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from types import TracebackType
from typing import Self

from tests.servers.process import HOST

_BLOCK = 1 << 16


class Proxy:
    """Passes bytes on; `limit` cuts it by itself after so many bytes from the server."""

    def __init__(self, port: int, limit: int | None = None) -> None:
        self._server = port
        self._left = limit
        self._ends: list[socket.socket] = []
        self._listener = socket.create_server((HOST, 0))
        self.port: int = self._listener.getsockname()[1]
        self.cuts = 0

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.close()
        self.cut()

    def cut(self) -> None:
        """Cut all lines and let none through any more."""
        self._left = 0
        self.cuts += 1
        for end in self._ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        self._ends.clear()

    def mend(self) -> None:
        """Let everything through again."""
        self._left = None

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                if self._left == 0:
                    client.close()
                    continue
                server = socket.create_connection((HOST, self._server))
                self._ends += [client, server]
                for one, other, counted in ((client, server, False), (server, client, True)):
                    threading.Thread(target=self._pass, args=(one, other, counted), daemon=True).start()

    def _pass(self, one: socket.socket, other: socket.socket, counted: bool) -> None:
        with suppress(OSError):
            while block := one.recv(_BLOCK):
                if counted and self._left is not None:
                    self._left = max(0, self._left - len(block))
                    if not self._left:
                        self.cut()
                        return
                other.sendall(block)
            other.shutdown(socket.SHUT_WR)
