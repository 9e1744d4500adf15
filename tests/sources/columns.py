"""One function for each column: row number in, value out.

What a column holds follows from the first of these that applies: its foreign key, its place in a unique key,
its name, its type. Every value satisfies the baseline, not only the source.
"""

from __future__ import annotations

from runner.catalog.model import Column
from tests.sources import fields, names, prose, references
from tests.sources.plan import Maker, Plan


def makers(plan: Plan) -> tuple[Maker, ...]:
    """The functions of a table's columns, in the source's order."""
    return tuple(_maker(plan, column) for column in plan.source.columns)


def _maker(plan: Plan, column: Column) -> Maker:
    """A column's function; NULL where both sides allow it, now and then."""
    fill = _filling(plan, column)
    key_columns = plan.source.primary_key.columns if plan.source.primary_key else ()
    if not (column.nullable and plan.mappings[column.name].nullable) or column.name in key_columns:
        return fill
    if plan.hostility.takes_turns:
        return lambda row: None if row % 4 == 2 else fill(row)
    return lambda row: None if plan.share(0.15) else fill(row)


def _filling(plan: Plan, column: Column) -> Maker:
    for key in plan.source.foreign_keys:
        if key.columns == (column.name,):
            return references.foreign_key(plan, column, key)
    if "auto_increment" in column.extra:
        return lambda row: row + 1 + row // 5
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


def _unique_text(plan: Plan, column: Column) -> Maker:
    limit = fields.length(column)
    if column.name in names.ADDRESSES:
        return lambda row: prose.person(plan.seed, row)[2]
    if plan.source.name == "identity_credential_types":
        return lambda row: names.METHODS[row] if row < len(names.METHODS) else f"method-{row}"
    stem = names.STEMS.get(column.name, "")

    def make(row: int) -> str:
        # Eight digits first: collations ignore much of what follows them.
        start = f"{stem}{row:08d}"
        if plan.hostility.strikes(row):
            return start + plan.hostility.text(limit - len(start), unlimited=False)
        return start + f"{plan.random.getrandbits(96):024x}"[: limit - len(start)]

    return make
