"""What a column's name says about its values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

from tests.sources import documents, prose

INTEGERS: dict[str, Sequence[int]] = {
    "token_type": (1, 2),
    "version": range(1, 40),
    "level": (0, 1, 2),
    "sortOrder": range(200),
    "durationDays": (0, 1, 2, 5),
    "code_type": (1, 2),
    "type": (1, 2),
    "status": (1, 2, 3, 4),
    "send_count": range(5),
    "submit_count": range(5),
}
"""Columns whose numbers are few; the first one is also a check constraint."""

OWNERS = {
    "createdBy": "user",
    "publishedBy": "user",
    "triggeredBy": "user",
    "triggeredByID": "user",
    "invitedContributorID": "user",
    "issuer": "user",
    "userID": "user",
    "accountID": "account",
    "collaborationID": "collaboration",
    "resourceID": "callout",
    "parentID": "space",
    "spaceID": "space",
    "levelZeroSpaceID": "space",
    "organizationID": "organization",
    "virtualContributorID": "virtual_contributor",
    "aiPersonaID": "ai_persona",
    "currentStateID": "innovation_flow_state",
    "identity_id": "identities",
    "session_id": "sessions",
    "flow_id": "selfservice_login_flows",
}
"""Columns that hold another table's key without a foreign key saying so."""

CHOICES: dict[str, Sequence[str]] = {
    "alkemio.type": ("space", "callout", "post", "user", "reserved", "freeform"),
    "kratos.type": ("browser", "api"),
    "status": ("queued", "sent", "success", "failed", "pending"),
    "alkemio.state": ("unread", "read", "archived"),
    "kratos.state": ("active", "show_form", "choose_method", "sent_email", "passed_challenge"),
    "visibility": ("active", "archived", "demo"),
    "aal": ("aal1", "aal2"),
    "requested_aal": ("aal1", "aal2"),
    "available_aal": ("aal1", "aal2"),
    "via": ("email",),
    "channel": ("email", "sms"),
    "schema_id": ("default",),
    "active_method": ("password", "code", "oidc", ""),
    "template_type": ("login_code_valid", "recovery_code_valid", "verification_code_valid"),
    "mimeType": ("image/png", "image/jpeg", "application/pdf", "text/plain; charset=utf-8"),
    "allowedMimeTypes": ("image/png,image/jpeg,image/svg+xml", "application/pdf", ""),
    "allowedTypes": ("image/png,image/jpeg", "image/webp"),
    "address_type": ("email", "sms"),
    "country": prose.VOCABULARY["countries"],
    "city": prose.VOCABULARY["cities"],
    "ip_address": ("192.0.2.17", "2001:db8::1f:2", "198.51.100.200, 203.0.113.9"),
    "user_agent": prose.VOCABULARY["agents"],
    "category": ("general", "platform", "organization", "space-admin"),
    "contentUpdatePolicy": ("admins", "contributors", "owner"),
}

WRITTEN: dict[str, Callable[[Random], str]] = {
    "uri": lambda random: f"https://example.org/{random.choice(prose.WORDS)}/{random.getrandbits(40):x}?a=1&b=%20",
    "request_url": lambda random: (
        f"https://example.org/self-service/login/browser?return_to=%2F{random.getrandbits(40):x}"
    ),
    "csrf_token": lambda random: f"{random.getrandbits(300):x}==",
    "displayName": prose.title,
    "externalID": lambda random: f"Qm{random.getrandbits(220):044x}",
    "externalRoomID": lambda random: f"!{random.getrandbits(90):x}:matrix.example.org",
    "communicationID": lambda random: f"@{random.getrandbits(90):x}:matrix.example.org",
    "messageID": lambda random: f"${random.getrandbits(172):043x}",
    "threadID": lambda random: f"${random.getrandbits(172):043x}",
    "tags": lambda random: ",".join(random.sample(prose.WORDS, random.randint(0, 5))),
    "phone": lambda random: f"+31 {random.randint(10**8, 10**9 - 1)}",
    "postalCode": lambda random: f"{random.randint(1000, 9999)} AB",
    "body": documents.message,
    "code": lambda random: f"{random.getrandbits(256):064x}",
    "code_hmac": lambda random: f"{random.getrandbits(256):064x}",
    "init_code": lambda random: f"{random.getrandbits(256):064x}",
    "return_to_code": lambda random: f"{random.getrandbits(256):064x}",
    "machineState": lambda random: f'{{"status":"active","value":"{random.choice(prose.WORDS)}","context":{{}}}}',
}
"""Columns with text of their own kind."""

METHODS = ("password", "oidc", "totp", "lookup_secret", "webauthn", "code", "profile")
"""The types of credentials that Kratos knows."""

STEMS = {
    "token": "ory_st_",
    "logout_token": "ory_lo_",
    "nameID": "name-",
    "subdomain": "hub-",
    "version": "20230101",
    "user_agent": "Mozilla/5.0 ",
}
"""How the values of unique columns begin; the number of the row follows."""

ADDRESSES = frozenset({"email", "accountUpn", "identifier", "value", "contactEmail", "recipient", "address"})
"""Columns that hold the address of a person."""
