"""One function for each column: row number in, value out.

What a column holds follows from the first of these that applies: its foreign key, its place in a unique key,
its name, its type. Every value satisfies the baseline, not only the source.

In the sample the cells of a row take turns with those of the rows above: realistic, hostile, NULL, hostile.
At scale a few in a thousand are hostile and every seventh is NULL, where both sides allow it.
"""

from __future__ import annotations

from runner.catalog.model import Column
from tests.sources import fields, names, prose, references
from tests.sources.plan import Field, Maker, Plan, Value

HOSTILE_SHARE = 0.004
NULL_SHARE = 0.15


def makers(plan: Plan) -> tuple[Maker, ...]:
    """The functions of a table's columns, in the source's order."""
    return tuple(_maker(plan, turn, column) for turn, column in enumerate(plan.source.columns))


def _maker(plan: Plan, turn: int, column: Column) -> Maker:
    field = _field(plan, column)
    tame, hostile, chance = field.tame, field.hostile or field.tame, plan.random.random
    key_columns = plan.source.primary_key.columns if plan.source.primary_key else ()
    nullable = column.nullable and plan.mappings[column.name].nullable and column.name not in key_columns

    def by_turn(row: int) -> Value:
        place = (row + turn) % 4
        if place == 2 and nullable:
            return None
        return hostile(row) if place % 2 else tame(row)

    def by_chance(row: int) -> Value:
        drawn = chance()
        if drawn < HOSTILE_SHARE:
            return hostile(row)
        return None if nullable and drawn > 1 - NULL_SHARE else tame(row)

    return by_turn if plan.hostility.takes_turns else by_chance


def _field(plan: Plan, column: Column) -> Field:
    for key in plan.source.foreign_keys:
        if key.columns == (column.name,):
            return references.foreign_key(plan, column, key)
    if "auto_increment" in column.extra:
        return Field(lambda row: row + 1 + row // 5)
    mapping = plan.mappings[column.name]
    if mapping.rule == "uuid":
        return references.uuid(plan, column)
    if column.name in _distinguishing(plan):
        return _unique_text(plan, column)
    return fields.OF_RULE[mapping.rule](plan, column)


def _distinguishing(plan: Plan) -> set[str]:
    """For each unique key of source or baseline, the column that makes its rows differ."""
    references = {key.columns[0] for key in plan.source.foreign_keys}
    chosen = set()
    for key in (*plan.source.unique, *plan.target.unique):
        free = [name for name in key.columns if name not in references]
        chosen.update(free[-1:])
    return chosen


def _unique_text(plan: Plan, column: Column) -> Field:
    if column.name in names.ADDRESSES:
        return Field(lambda row: prose.person(plan.seed, row)[2])
    if plan.source.name == "identity_credential_types":
        return Field(lambda row: names.METHODS[row])
    # Eight digits first: collations ignore much of what follows them.
    stem = names.STEMS.get(column.name, "")
    room = fields.length(column) - len(stem) - 8
    return Field(
        lambda row: f"{stem}{row:08d}" + f"{plan.random.getrandbits(96):024x}"[:room],
        lambda row: f"{stem}{row:08d}" + plan.hostility.text(room, unlimited=False),
    )
