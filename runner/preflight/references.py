"""Rows whose parent is missing: every foreign key of the baseline, tried with one anti-join.

MySQL enforces the same keys, but not on rows that were loaded with foreign_key_checks = 0, and it finds
values equal that Postgres does not.
"""

from __future__ import annotations

from collections.abc import Iterator

from runner.catalog.model import ForeignKey
from runner.digest import quote_mysql
from runner.errors import Violation
from runner.mapping import TableMapping
from runner.mysql.source import fetch_all, fetch_value
from runner.preflight.subject import SAMPLE_KEYS, Subject
from runner.resources import statement

# A look-up in the parent's clustered index reads a page of whole rows; its smallest index read once into a
# hash table is many times cheaper, unless the children are few.
_PARENTS_PER_CHILD = 4
_JOIN_BUFFER = 32 << 20
_HASH_JOIN = {
    "mysql": ("", f"/*+ SET_VAR(join_buffer_size = {_JOIN_BUFFER}) */"),
    "mariadb": (
        f"SET STATEMENT join_cache_level = 4, join_buffer_size = {_JOIN_BUFFER}, "
        f"join_buffer_space_limit = {2 * _JOIN_BUFFER} FOR",
        "",
    ),
}


def violations(subject: Subject) -> Iterator[Violation]:
    """The violations of the table's foreign keys; errors of the server are passed on."""
    for key in subject.target.foreign_keys:
        parent = _parent(subject, key)
        if parent is None:
            continue
        hashed = _is_cheaper_hashed(subject, key)
        rows = int(fetch_value(subject.connection, _orphans(subject, parent, key, hashed, "COUNT(*)")))
        if rows:
            selected = ", ".join(f"child.{quote_mysql(name)}" for name in subject.mapping.key) or "NULL"
            query = _orphans(subject, parent, key, hashed, selected, f"limit {SAMPLE_KEYS}")
            yield subject.violation("foreign_key", key.columns, key.name, rows, fetch_all(subject.connection, query))


def _parent(subject: Subject, key: ForeignKey) -> Subject | None:
    """The table referred to; None for one that is not copied: its rows are the target's own."""
    mapping: TableMapping | None = subject.mappings.get(key.ref_table)
    if mapping is None:
        return None
    return Subject(subject.connection, subject.system, mapping, subject.live, subject.mappings)


def _is_cheaper_hashed(subject: Subject, key: ForeignKey) -> bool:
    parent = subject.live.catalog.tables[key.ref_table]
    by_primary_key = parent.primary_key is not None and parent.primary_key.columns == key.ref_columns
    rows = subject.live.estimated_rows
    children = rows.get(subject.mapping.name, 0) * _PARENTS_PER_CHILD
    is_large = children >= rows.get(key.ref_table, 0)
    return subject.live.joins_by_hash and by_primary_key and bool(parent.indexes or parent.unique) and is_large


def _orphans(subject: Subject, parent: Subject, key: ForeignKey, hashed: bool, selected: str, limit: str = "") -> str:
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
        access="ignore index (primary)" if hashed and not parent.mapping.row_filter else "",
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
    names = f"parent.{quote_mysql(theirs)} = child.{quote_mysql(ours)}"
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
