"""Realistic JSON, messages, whiteboards: what the two applications keep in their larger columns."""

from __future__ import annotations

import json
import zlib
from random import Random

from tests.sources import prose

PRIVILEGES = prose.VOCABULARY["privileges"]
CREDENTIALS = prose.VOCABULARY["credentials"]


def _rule(random: Random) -> str:
    return json.dumps(
        {
            "name": "-".join(random.choices(prose.WORDS, k=3)),
            "cascade": random.random() < 0.7,
            "criterias": [
                {"type": kind, "resourceID": f"{random.getrandbits(128):032x}"}
                for kind in random.sample(CREDENTIALS, random.randint(1, 3))
            ],
            "grantedPrivileges": random.sample(PRIVILEGES, random.randint(2, 7)),
        }
    )


def _privilege_rule(random: Random) -> str:
    return json.dumps(
        {
            "name": "-".join(random.choices(prose.WORDS, k=3)),
            "sourcePrivilege": random.choice(PRIVILEGES),
            "grantedPrivileges": random.sample(PRIVILEGES, random.randint(1, 4)),
        }
    )


RULES = tuple(_rule(Random(number)) for number in range(300))
PRIVILEGE_RULES = tuple(_privilege_rule(Random(number)) for number in range(300))


def credential_rules(random: Random, uuid: str) -> str:
    """About 2.3 KB of rules, of which one is this row's own."""
    own = f'{{"name": "own", "cascade": true, "criterias": [{{"type": "space-member", "resourceID": "{uuid}"}}]}}'
    return f"[{', '.join(random.choices(RULES, k=7))}, {own}]"


def privilege_rules(random: Random) -> str:
    """About 0.7 KB of rules."""
    return f"[{', '.join(random.choices(PRIVILEGE_RULES, k=5))}]"


def settings(random: Random) -> str:
    """Settings of a space, a user or a state: nested, with text and numbers."""
    return json.dumps(
        {
            "privacy": {"mode": random.choice(("public", "private")), "allowPlatformSupportAsAdmin": True},
            "membership": {"policy": random.choice(("open", "applications", "invitations")), "hosts": []},
            "sortMode": "alphabetical",
            "layout": {"columns": random.randint(1, 4), "ratio": round(random.random(), 3)},
            "note": random.choice(prose.SENTENCES),
        },
        ensure_ascii=False,
    )


def traits(first: str, last: str, address: str, more: str = "true") -> str:
    """The traits of an identity; `more` is the JSON text of one of them."""
    person = json.dumps({"email": address, "name": {"first": first, "last": last}}, ensure_ascii=False)
    return f'{person[:-1]}, "accepted_terms": {more}}}'


def logins(random: Random) -> str:
    """How a session was authenticated."""
    at = f"2025-0{random.randint(1, 9)}-1{random.randint(0, 9)}T12:00:00.{random.randrange(10**9):09d}Z"
    return json.dumps([{"aal": "aal1", "method": random.choice(("password", "code")), "completed_at": at}])


def credential(random: Random) -> str:
    """The configuration of a credential, with something in the place of a hash."""
    return json.dumps({"hashed_password": f"$2a$12${random.getrandbits(318):080x}"[:60]})


def form(random: Random, uuid: str) -> str:
    """What the user interface of a self-service flow shows: about 1 KB."""
    nodes = [
        {
            "type": "input",
            "group": group,
            "attributes": {"name": name, "type": kind, "required": True, "node_type": "input", "disabled": False},
            "messages": [],
            "meta": {"label": {"id": random.randint(1010000, 1079999), "text": name.title(), "type": "info"}},
        }
        for group, name, kind in (("default", "csrf_token", "hidden"), ("password", "identifier", "text"))
    ]
    action = f"https://example.org/self-service/login?flow={uuid}"
    return json.dumps({"action": action, "method": "POST", "nodes": nodes, "messages": []})


def message(random: Random) -> str:
    """The text of an e-mail."""
    name = random.choice(prose.FIRST_NAMES)
    return f"Hi {name},\r\n\r\n{prose.paragraph(random, 9)}\r\n\r\nThe code is {random.randint(0, 999999):06d}.\r\n"


def whiteboard(random: Random, shapes: int) -> str:
    """A drawing as the source keeps it: a zlib stream, one character U+0000 to U+00FF for each byte."""
    elements = [
        {
            "id": f"{random.getrandbits(64):016x}",
            "type": random.choice(("rectangle", "arrow", "text", "freedraw")),
            "x": round(random.uniform(-2000, 2000), 6),
            "y": round(random.uniform(-2000, 2000), 6),
            "seed": random.getrandbits(31),
            "text": random.choice(prose.SENTENCES),
        }
        for _ in range(shapes)
    ]
    drawing = json.dumps({"type": "excalidraw", "version": 2, "elements": elements}, ensure_ascii=False)
    return zlib.compress(drawing.encode(), level=1).decode("latin-1")
