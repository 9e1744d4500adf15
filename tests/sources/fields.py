"""Columns whose values follow from their name and type."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

from runner.catalog.model import Column
from tests.sources import documents, names, prose, values
from tests.sources.plan import Maker, Plan, Value

START = datetime(2021, 1, 1)
SPAN = int(timedelta(days=1700) / timedelta(microseconds=1))


def _text(plan: Plan, column: Column) -> Maker:
    limit, random = length(column), plan.random
    unlimited = column.type == "text"
    override = plan.mappings[column.name].override
    if override is not None and override.rule == "whiteboard_base64":
        return _whiteboard(plan)
    if column.name in names.ADDRESSES:
        return lambda row: prose.person(plan.seed, row)[2][:limit]

    def make(row: int) -> str:
        if plan.hostility.strikes(row):
            return plan.hostility.text(limit, unlimited)
        if (choices := names.CHOICES.get(column.name)) is not None:
            return random.choice(choices)[:limit]
        if (write := names.WRITTEN.get(column.name)) is not None:
            return write(random)[:limit]
        if unlimited or limit > 1000:
            return prose.paragraph(random, random.randint(2, 8))[:limit]
        return prose.title(random)[:limit].rstrip()

    return make


def _whiteboard(plan: Plan) -> Maker:
    shapes = (1, 6) if plan.hostility.takes_turns else (2, 60)
    return lambda row: "" if row % 7 == 3 else documents.whiteboard(plan.random, plan.random.randint(*shapes))


def _padded_text(plan: Plan, column: Column) -> Maker:
    choices = names.CHOICES.get(column.name, ("x",))
    return lambda row: choices[row % len(choices)]


def _integer(plan: Plan, column: Column) -> Maker:
    kind = column.type.partition("(")[0]
    extremes, random = values.INTEGERS[kind], plan.random
    few = names.INTEGERS.get(column.name)
    if any(column.name in check.expression for check in plan.source.checks) and few:
        return lambda row: random.choice(few)

    def make(row: int) -> int:
        if plan.hostility.strikes(row):
            return plan.hostility.number(kind, extremes)
        return random.choice(few) if few else random.randrange(100_000)

    return make


def _numeric(plan: Plan, column: Column) -> Maker:
    precision, scale = (int(number) for number in re.findall(r"\d+", column.type))
    extremes = values.decimals(precision, scale)

    def make(row: int) -> Decimal:
        if plan.hostility.strikes(row):
            return plan.hostility.number(column.type, extremes)
        return Decimal(plan.random.randrange(1, 200)).scaleb(-scale)

    return make


def _boolean(plan: Plan, column: Column) -> Maker:
    del column
    return lambda row: (row + plan.random.getrandbits(1)) % 2


def _timestamp(plan: Plan, column: Column) -> Maker:
    random, spelled = plan.random, column.type
    precise = spelled.endswith("(6)")

    def make(row: int) -> str:
        if plan.hostility.strikes(row):
            return plan.hostility.time(spelled)
        moment = START + timedelta(microseconds=random.randrange(SPAN))
        return moment.isoformat(" ", "microseconds" if precise else "seconds")

    return make


def _document(plan: Plan, column: Column) -> Maker:
    binary = plan.mappings[column.name].rule == "jsonb"
    realistic = _realistic_document(plan, column)

    def make(row: int) -> Value:
        return plan.hostility.document(binary) if plan.hostility.strikes(row) else realistic(row)

    return make


def _realistic_document(plan: Plan, column: Column) -> Maker:
    random, table = plan.random, plan.source.name
    match table, column.name:
        case "authorization_policy", "credentialRules":
            return lambda row: documents.credential_rules(random, plan.keys.uuid(table, row))
        case "authorization_policy", "privilegeRules":
            return lambda row: documents.privilege_rules(random)
        case _, "traits":
            return lambda row: documents.traits(*prose.person(plan.seed, row))
        case _, "ui":
            return lambda row: documents.form(random, plan.keys.uuid(table, row))
    return lambda row: documents.settings(random)


def _bytes(plan: Plan, column: Column) -> Maker:
    del column
    random = plan.random

    def make(row: int) -> bytes:
        if plan.hostility.strikes(row):
            return plan.hostility.blob()
        return random.randbytes(random.randint(100, 3000))

    return make


def _label(plan: Plan, column: Column) -> Maker:
    labels = plan.mappings[column.name].labels
    return lambda row: labels[row % len(labels)]


OF_RULE: dict[str, Callable[[Plan, Column], Maker]] = {
    "text": _text,
    "padded_text": _padded_text,
    "integer": _integer,
    "numeric": _numeric,
    "boolean": _boolean,
    "timestamp": _timestamp,
    "json": _document,
    "jsonb": _document,
    "bytea": _bytes,
    "enum": _label,
}


def length(column: Column) -> int:
    match = re.fullmatch(r"(?:var)?char\((\d+)\)", column.type)
    return int(match[1]) if match else 65535 // 4
