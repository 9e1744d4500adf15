"""Transport security: which connections need a verified server, and what verifies it.

Loopback addresses and sockets cannot be intercepted without being root here. To any other host the server's
certificate and name are verified, unless the URL says in so many words that they need not be.
"""

from __future__ import annotations

import ipaddress
import ssl
from collections.abc import Iterable
from pathlib import Path

from runner.errors import RefusalError, UsageError
from runner.settings import Address


def is_local(host: str) -> bool:
    """Whether a host is this machine: a loopback address, `localhost`, or the folder of a socket."""
    if host.startswith(("/", "@")) or host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def refuse_unverified(hosts: Iterable[str], variable: str, remedy: str) -> None:
    """RefusalError when a host is not this machine; to be called when nothing verifies it."""
    if remote := [host for host in hosts if not is_local(host)]:
        raise RefusalError(f"{variable}: nothing verifies that {', '.join(remote)} is the right server; {remedy}")


def require_files(where: Address, names: Iterable[str], variable: str) -> None:
    """UsageError names an option of the URL whose file is not there, with its path."""
    for name in names:
        path = where.options.get(name)
        if path is not None and not Path(path).is_file():
            raise UsageError(f"{variable}: {name} names no file: {path}; correct the path")


def context(ca: str | None, certificate: str | None, key: str | None) -> ssl.SSLContext:
    """What verifies a server and its name by a CA's file (the machine's when None), and says who we are.

    OSError, of which ssl.SSLError is one, when a file is not what its name says.
    """
    made = ssl.create_default_context(cafile=ca)
    # The CAs that MySQL and MariaDB make for themselves lack extensions that only the strict check asks for.
    made.verify_flags &= ~ssl.VERIFY_X509_STRICT
    if certificate:
        made.load_cert_chain(certificate, key)
    return made
