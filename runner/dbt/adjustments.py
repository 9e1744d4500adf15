"""What dbt does otherwise in our processes: it quotes every name, and leaves out work that nobody asked for.

Each is put into the library itself, once, before a project is parsed.
"""

from __future__ import annotations

import json
import select
from pathlib import Path
from typing import Any

from runner.catalog.names import quote_ansi


def quote_every_name() -> None:
    """Let dbt double the quotation marks within a name, as SQL wants it."""
    from dbt.adapters.base.relation import BaseRelation  # noqa: PLC0415 - a part of dbt, which takes seconds
    from dbt.adapters.postgres.impl import PostgresAdapter  # noqa: PLC0415 - as above

    PostgresAdapter.quote = staticmethod(quote_ansi)  # type: ignore[method-assign]
    BaseRelation.quoted = lambda _, name: quote_ansi(str(name))  # type: ignore[method-assign]
    # It takes a name apart that holds such marks; no node is in another database than the one the worker says.
    PostgresAdapter.verify_database = lambda *_: ""  # type: ignore[method-assign]


def make_no_events() -> None:
    """Let dbt neither fill in nor fire its events, which nobody hears: a quarter of a model's time."""
    from dbt_common.events.base_types import BaseEvent  # noqa: PLC0415 - as above
    from dbt_common.events.event_manager import EventManager  # noqa: PLC0415 - as above

    def empty(self: Any, *_: Any, **__: Any) -> None:
        self.pb_msg = getattr(self.PROTO_TYPES_MODULE, type(self).__name__)()

    BaseEvent.__init__ = empty  # type: ignore[method-assign]
    EventManager.fire_event = lambda *_, **__: None  # type: ignore[method-assign]


def share_the_empty_table() -> None:
    """Let dbt make the table of no rows once: every statement has one, and each would list all forms of a date."""
    from dbt_common.clients import agate_helper  # noqa: PLC0415 - as above

    empty = agate_helper.empty_table()  # type: ignore[no-untyped-call]
    agate_helper.empty_table = lambda: empty


def look_up_no_flags() -> None:
    """Let dbt not search its own source for the modules of its flags, which only an event would tell."""
    from dbt_common.behavior_flags import BehaviorFlagRendered  # noqa: PLC0415 - as above

    BehaviorFlagRendered._default_source = staticmethod(lambda: "")  # type: ignore[method-assign]


def encode_at_once() -> None:
    """Let dbt encode a file as a whole: piece by piece, as it writes one, Python takes several times as long."""
    from dbt.artifacts.schemas import base  # noqa: PLC0415 - as above
    from dbt_common.utils.encoding import JSONEncoder  # noqa: PLC0415 - as above

    def write(path: str, data: dict[str, Any]) -> bool:
        Path(path).write_text(json.dumps(data, cls=JSONEncoder), encoding="utf-8")
        return True

    base.write_json = write  # type: ignore[attr-defined]


def link_once() -> None:
    """Let dbt put the graph of its nodes together for the first command only: it is the same for all of a project."""
    from dbt.compilation import Compiler  # noqa: PLC0415 - as above

    link = Compiler.compile
    linked: dict[bool, Any] = {}

    def graph(self: Any, manifest: Any, write: bool = True, add_test_edges: bool = False) -> Any:
        if add_test_edges not in linked:
            linked[add_test_edges] = link(self, manifest, write, add_test_edges)
        return linked[add_test_edges]

    Compiler.compile = graph  # type: ignore[method-assign]


def connect_with(options: dict[str, str]) -> None:
    """Give every connection dbt makes the options of the target's URL; its profile knows only some of them.

    dbt connects anew for every node. What it closes outside of a transaction is kept, and given out again while
    the server says nothing on it, as it does when it ends a session.
    """
    import psycopg2  # type: ignore[import-untyped, unused-ignore]  # noqa: PLC0415 - dbt's driver, loaded with it
    from psycopg2 import extensions  # noqa: PLC0415 - as above

    connect = psycopg2.connect
    idle: list[Any] = []

    class Kept(extensions.connection):  # type: ignore[misc]
        def close(self) -> None:
            if self.closed or self.info.transaction_status != extensions.TRANSACTION_STATUS_IDLE:
                super().close()
            else:
                idle.append(self)

        def end(self) -> None:
            super().close()

    def connected(*arguments: Any, **given: Any) -> Any:
        while idle:
            connection = idle.pop()
            if not select.select([connection], [], [], 0)[0]:
                return connection
            connection.end()
        return connect(*arguments, **{**given, **options, "connection_factory": Kept})

    psycopg2.connect = connected
