"""Columns whose values follow from their name and type."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

from runner.catalog.model import Column
from tests.sources import documents, names, prose, values
from tests.sources.plan import Field, Maker, Plan

START = datetime(2021, 1, 1)
SPAN = int(timedelta(days=1700) / timedelta(microseconds=1))


def _text(plan: Plan, column: Column) -> Field:
    limit = length(column)
    override = plan.mappings[column.name].override
    if override is not None and override.rule == "whiteboard_base64":
        return _whiteboard(plan)
    if column.name in names.ADDRESSES:
        return Field(lambda row: prose.person(plan.seed, row)[2][:limit])
    unlimited = column.type == "text"
    return Field(_tame_text(plan, column), lambda row: plan.hostility.text(limit, unlimited))


def _tame_text(plan: Plan, column: Column) -> Maker:
    limit, random = length(column), plan.random
    part = {"firstName": 0, "lastName": 1}.get(column.name)
    choices = names.CHOICES.get(f"{plan.system}.{column.name}") or names.CHOICES.get(column.name)
    write = names.WRITTEN.get(column.name)
    if part is not None:
        return lambda row: prose.person(plan.seed, row)[part]
    if choices is not None:
        return lambda row: random.choice(choices)[:limit]
    if write is not None:
        return lambda row: write(random)[:limit]
    if limit > 1000:
        return lambda row: prose.paragraph(random, random.randint(2, 8))[:limit]
    return lambda row: prose.title(random)[:limit].rstrip()


def _whiteboard(plan: Plan) -> Field:
    random = plan.random
    shapes = (1, 6) if plan.hostility.takes_turns else (2, 60)
    return Field(lambda row: documents.whiteboard(random, random.randint(*shapes)), lambda row: "")


def _padded_text(plan: Plan, column: Column) -> Field:
    choices = names.CHOICES[column.name]
    return Field(lambda row: plan.random.choice(choices))


def _integer(plan: Plan, column: Column) -> Field:
    kind = column.type.partition("(")[0]
    random = plan.random
    few = names.INTEGERS.get(column.name, range(100_000))
    if any(column.name in check.expression for check in plan.source.checks):
        return Field(lambda row: random.choice(few))
    return Field(lambda row: random.choice(few), lambda row: plan.hostility.number(kind, values.INTEGERS[kind]))


def _numeric(plan: Plan, column: Column) -> Field:
    precision, scale = (int(number) for number in re.findall(r"\d+", column.type))
    extremes = values.decimals(precision, scale)
    return Field(
        lambda row: Decimal(plan.random.randrange(1, 200)).scaleb(-scale),
        lambda row: plan.hostility.number(column.type, extremes),
    )


def _boolean(plan: Plan, column: Column) -> Field:
    del column
    return Field(lambda row: plan.random.getrandbits(1))


def _timestamp(plan: Plan, column: Column) -> Field:
    random, spelled = plan.random, column.type
    precision = "microseconds" if spelled.endswith("(6)") else "seconds"

    def tame(row: int) -> str:
        del row
        return (START + timedelta(microseconds=random.randrange(SPAN))).isoformat(" ", precision)

    return Field(tame, lambda row: plan.hostility.time(spelled))


def _document(plan: Plan, column: Column) -> Field:
    random, table, seed, hostility = plan.random, plan.source.name, plan.seed, plan.hostility
    binary = plan.mappings[column.name].rule == "jsonb"
    if column.name == "traits":
        # A person must be found whatever else the traits hold.
        return Field(
            lambda row: documents.traits(*prose.person(seed, row)),
            lambda row: documents.traits(*prose.person(seed, row), more=hostility.document(binary)),
        )
    tame: dict[str, Maker] = {
        "credentialRules": lambda row: documents.credential_rules(random, plan.keys.uuid(table, row)),
        "privilegeRules": lambda row: documents.privilege_rules(random),
        "authentication_methods": lambda row: documents.logins(random),
        "config": lambda row: documents.credential(random),
        "internal_context": lambda row: "{}",
        "ui": lambda row: documents.form(random, plan.keys.uuid(table, row)),
    }
    fill = tame.get(column.name, lambda row: documents.settings(random))
    return Field(fill, lambda row: hostility.document(binary))


def _bytes(plan: Plan, column: Column) -> Field:
    del column
    random = plan.random
    return Field(lambda row: random.randbytes(random.randint(100, 3000)), lambda row: plan.hostility.blob())


def _label(plan: Plan, column: Column) -> Field:
    labels = plan.mappings[column.name].labels
    return Field(lambda row: labels[row % len(labels)])


OF_RULE: dict[str, Callable[[Plan, Column], Field]] = {
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
    """How many characters fit, whatever they are."""
    match = re.fullmatch(r"(?:var)?char\((\d+)\)", column.type)
    return int(match[1]) if match else 65535 // 4
