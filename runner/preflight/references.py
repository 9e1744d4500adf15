"""Rows whose parent is missing: every foreign key of the baseline, tried with an anti-join.

Tables with few rows that refer to the same large one share one join, which reads that one once.

MySQL enforces the same keys, but not on rows that were loaded with foreign_key_checks = 0, and it finds
values equal that Postgres does not. Where it does not, a run since an earlier one leaves them to it and to load.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from runner.catalog.model import ForeignKey
from runner.catalog.names import quote_mysql
from runner.errors import Violation
from runner.mysql.source import fetch_all, fetch_value
from runner.preflight.subject import SAMPLE_KEYS, Subject
from runner.resources import statement

# A look-up in the parent's clustered index reads a page of whole rows; its smallest index read once into a
# hash table is many times cheaper, unless the children are few.
_PARENTS_PER_CHILD = 4
_JOIN_BUFFER = 32 << 20
# Values of references to one table that the server gathers at a time, 150 bytes each.
_TOGETHER = 1_000_000
_BUFFERS = f"join_cache_level = 4, join_buffer_size = {_JOIN_BUFFER}, join_buffer_space_limit = {2 * _JOIN_BUFFER}"
_HASH_JOIN = {
    "mysql": ("", f"/*+ SET_VAR(join_buffer_size = {_JOIN_BUFFER}) */"),
    "mariadb": (f"SET STATEMENT {_BUFFERS} FOR", ""),
}
# MariaDB spends most of such a join on the collation of the uuids. It hashes columns only, so that their bytes are
# made columns of a derived table, which has room in memory for the 1.67 million rows of production's largest one.
# What is longer than the 36 bytes of a uuid is none, as the scan of its table says.
_DERIVED_TABLE = 128 << 20
_HASH_JOIN_OF_BYTES = (
    f"SET STATEMENT {_BUFFERS}, tmp_memory_table_size = {_DERIVED_TABLE}, max_heap_table_size = {_DERIVED_TABLE}, "
    "optimizer_switch = 'derived_merge=off,derived_with_keys=off' FOR"
)
_BYTES = 36


@dataclass(frozen=True, slots=True)
class _Reference:
    """A foreign key of a table that is copied, to another one that is."""

    child: Subject
    parent: Subject
    key: ForeignKey

    @property
    def rows(self) -> int:
        """How many children the server estimates."""
        return self.child.live.estimated_rows.get(self.child.mapping.name, 0)

    @property
    def is_plain(self) -> bool:
        """Whether the source itself finds its values equal exactly where Postgres does."""
        if len(self.key.columns) > 1:
            return False
        names = (self.key.columns[0], self.key.ref_columns[0])
        return _match(self.child, self.parent, *names) == _names(*names)

    @property
    def is_enforced(self) -> bool:
        """Whether the source has the same foreign key, as strict as that of Postgres."""
        if not self.is_plain or self.parent.mapping.row_filter:
            return False
        return any(
            (one.columns, one.ref_table, one.ref_columns)
            == (self.key.columns, self.key.ref_table, self.key.ref_columns)
            for one in self.child.live.catalog.tables[self.child.mapping.name].foreign_keys
        )


def violations(subject: Subject) -> Iterator[Violation]:
    """The rows whose reference to this table finds no parent in it; errors of the server are passed on.

    References to a table that is not copied are not looked at: its rows are the target's own.
    """
    yield from _broken(_references(subject))


def unenforced(subject: Subject) -> Iterator[Violation]:
    """The same, but only for references that the source lets break, or finds whole where Postgres does not."""
    yield from _broken(one for one in _references(subject) if not one.is_enforced)


def _broken(references: Iterable[_Reference]) -> Iterator[Violation]:
    for group in _groups(list(references)):
        for reference, rows in _counts(group):
            yield _violation(reference, rows)


def _references(parent: Subject) -> Iterator[_Reference]:
    for mapping in parent.mappings.values():
        child = replace(parent, mapping=mapping)
        for key in child.target.foreign_keys:
            if key.ref_table == parent.mapping.name:
                yield _Reference(child, parent, key)


def _groups(references: list[_Reference]) -> Iterator[list[_Reference]]:
    """References that are asked for together: the parent is read once for all children in them."""
    group: list[_Reference] = []
    for one in sorted(references, key=lambda one: (_is_of_bytes(one), one.rows)):
        is_alone = not one.is_plain or (_is_cheaper_hashed([one]) and not _is_of_bytes(one))
        if is_alone:
            yield [one]
            continue
        is_full = sum(other.rows for other in group) + one.rows > _TOGETHER
        if group and (is_full or _is_of_bytes(group[0]) != _is_of_bytes(one)):
            yield group
            group = []
        group.append(one)
    if group:
        yield group


def _counts(group: list[_Reference]) -> Iterator[tuple[_Reference, int]]:
    """The references that miss a parent, with the number of rows."""
    hashed = _is_cheaper_hashed(group)
    by_bytes = hashed and all(map(_is_of_bytes, group))
    if len(group) > 1 or by_bytes:
        query = _together_by_bytes(group) if by_bytes else _together(group, hashed)
        for number, rows in fetch_all(group[0].parent.connection, query):
            yield group[int(number)], int(rows)
        return
    rows = int(fetch_value(group[0].parent.connection, _orphans(group[0], hashed, "COUNT(*)")))
    if rows:
        yield group[0], rows


def _violation(reference: _Reference, rows: int) -> Violation:
    child, key = reference.child, reference.key
    selected = ", ".join(f"child.{quote_mysql(name)}" for name in child.mapping.key) or "NULL"
    query = _orphans(reference, _is_cheaper_hashed([reference]), selected, f"limit {SAMPLE_KEYS}")
    return child.violation("foreign_key", key.columns, key.name, rows, fetch_all(child.connection, query))


def _is_cheaper_hashed(group: list[_Reference]) -> bool:
    """Whether the children of the group, which have one parent, are many beside its rows."""
    live, key = group[0].parent.live, group[0].key
    parent = live.catalog.tables[key.ref_table]
    by_primary_key = parent.primary_key is not None and parent.primary_key.columns == key.ref_columns
    is_large = sum(one.rows for one in group) * _PARENTS_PER_CHILD >= live.estimated_rows.get(key.ref_table, 0)
    return live.joins_by_hash and by_primary_key and bool(parent.indexes or parent.unique) and is_large


def _is_of_bytes(reference: _Reference) -> bool:
    """Whether the values of a plain reference can be hashed as bytes, at less cost than by their collation."""
    rule = reference.child.column(reference.key.columns[0]).rule
    return reference.is_plain and reference.parent.live.kind == "mariadb" and rule == "uuid"


def _together(group: list[_Reference], hashed: bool) -> str:
    parent = group[0].parent
    settings, hint = _HASH_JOIN[parent.live.kind] if hashed else ("", "")
    return statement("preflight_orphans_together").format(
        settings=settings,
        hint=hint,
        children=_children(group, [quote_mysql(one.key.columns[0]) for one in group]),
        parent=_source(parent),
        access=_access(parent, hashed),
        parent_key=quote_mysql(group[0].key.ref_columns[0]),
    )


def _together_by_bytes(group: list[_Reference]) -> str:
    parent, name = group[0].parent, group[0].key.ref_columns[0]
    key = quote_mysql(name)
    return statement("preflight_orphans_together").format(
        settings=_HASH_JOIN_OF_BYTES,
        hint="",
        children=_children(group, [_bytes(one.child, one.key.columns[0]) for one in group]),
        parent=f"(SELECT {_bytes(parent, name)} AS {key} FROM {parent.table} {_access(parent, True)} "
        f"WHERE {parent.kept})",
        access="",
        parent_key=key,
    )


def _children(group: list[_Reference], values: list[str]) -> str:
    return " UNION ALL ".join(
        f"SELECT {number} AS reference, {value} AS value FROM {one.child.table} "
        f"WHERE {one.child.kept} AND {quote_mysql(one.key.columns[0])} IS NOT NULL"
        for number, (one, value) in enumerate(zip(group, values, strict=True))
    )


def _bytes(subject: Subject, name: str) -> str:
    return f"CAST(LOWER({subject.stored(subject.column(name))}) AS BINARY({_BYTES}))"


def _access(parent: Subject, hashed: bool) -> str:
    return "ignore index (primary)" if hashed and not parent.mapping.row_filter else ""


def _orphans(reference: _Reference, hashed: bool, selected: str, limit: str = "") -> str:
    subject, parent, key = reference.child, reference.parent, reference.key
    pairs = [
        (subject.column(ours), parent.column(theirs)) for ours, theirs in zip(key.columns, key.ref_columns, strict=True)
    ]
    settings, hint = _HASH_JOIN[subject.live.kind] if hashed else ("", "")
    return statement("preflight_orphans").format(
        settings=settings,
        hint=hint,
        selected=selected,
        child=_source(subject),
        parent=_source(parent),
        access=_access(parent, hashed),
        match=" AND ".join(_match(subject, parent, ours.name, theirs.name) for ours, theirs in pairs),
        present=" AND ".join(f"{subject.value(ours, 'child.')} IS NOT NULL" for ours, _ in pairs),
        parent_key=quote_mysql(pairs[0][1].name),
        limit=limit,
    )


def _source(subject: Subject) -> str:
    """The table, or its rows that are copied where some are not."""
    if not subject.mapping.row_filter:
        return subject.table
    return f"(SELECT * FROM {subject.table} WHERE {subject.kept})"


def _match(subject: Subject, parent: Subject, ours: str, theirs: str) -> str:
    """Equal in the sense of Postgres; stated in the source's sense too where an index can then be used."""
    child_column, parent_column = subject.column(ours), parent.column(theirs)
    names = _names(ours, theirs)
    exact = f"{parent.canonical(parent_column, 'parent.')} = {subject.canonical(child_column, 'child.')}"
    if child_column.override or parent_column.override:
        return exact
    collations = [one.live.collation(one.mapping.name, name) for one, name in ((subject, ours), (parent, theirs))]
    if collations == [None, None]:
        return names
    if collations[0] != collations[1]:
        return exact
    if child_column.rule == "uuid":
        return names if subject.live.folds(subject.mapping.name, ours) else exact
    return f"{names} AND {exact}"


def _names(ours: str, theirs: str) -> str:
    return f"parent.{quote_mysql(theirs)} = child.{quote_mysql(ours)}"
