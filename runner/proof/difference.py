"""Narrows two sides of a table that differ to columns and primary keys, by digests of ever smaller parts.

Both sides cut their rows into 256 parts by the hash of the key and digest each; the parts that differ are cut
again, until they are few rows. Then the rows' own hashes are compared, and for those that differ the hash of
each value. One changed byte among a million rows is found with eight queries.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from runner import digest, log, manifest
from runner.errors import Violation
from runner.mapping import TableMapping
from runner.proof import freeze, sides
from runner.proof.sides import Side
from runner.run import Run
from runner.settings import Address
from runner.systems import FINAL

SAMPLE_KEYS = 20
LISTED = 1_000
PARTS = 256
_MOST_PARTS = 16 * PARTS
_DIGITS = 2
_HASH_DIGITS = 15
# The build is filled from landing, which nobody proves by itself.
_LOAD_AGAIN = "load again; if it stays, landed rows were changed: start a new run"

_Entries = Iterator[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class Found:
    """Where two sides differ: keys of rows that are changed, or on one side only, and the columns of the changed."""

    changed: tuple[str, ...]
    only_left: tuple[str, ...]
    only_right: tuple[str, ...]
    columns: tuple[str, ...]
    asked: int

    @property
    def keys(self) -> list[str]:
        """All keys, in order."""
        return sorted({*self.changed, *self.only_left, *self.only_right})


def queries(rows: int) -> int:
    """How many queries both sides answer together, at most, to find one changed row among so many."""
    cuts = 0
    while rows > LISTED:
        rows, cuts = -(-rows // PARTS), cuts + 1
    return 2 * (cuts + 2)


def find(left: Side, right: Side) -> Found:
    """Compare two sides of one table; holds as many keys as differ, and a thousand rows' hashes of columns."""
    within = _narrowed(left, right)
    unmatched: dict[str, tuple[str, str, bool]] = {}
    changed: dict[str, str] = {}
    for key_hash, key, row_hash, is_left in _in_step(left.entries(within), right.entries(within)) if within else ():
        other = unmatched.pop(key_hash, None)
        if other is None:
            unmatched[key_hash] = key, row_hash, is_left
        elif other[1] != row_hash:
            changed[key_hash] = key
    return Found(
        changed=tuple(changed.values()),
        only_left=tuple(key for key, _, is_left in unmatched.values() if is_left),
        only_right=tuple(key for key, _, is_left in unmatched.values() if not is_left),
        columns=_columns(left, right, list(changed)[:LISTED]),
        asked=left.asked + right.asked,
    )


def _narrowed(left: Side, right: Side) -> list[str]:
    """How the hashes of the keys of all differing rows begin; nothing when no row differs."""
    within = [""]
    for digits in range(_DIGITS, _HASH_DIGITS, _DIGITS):
        ours, theirs = left.parts(within, digits), right.parts(within, digits)
        differing = sorted(part for part in ours.keys() | theirs.keys() if ours.get(part) != theirs.get(part))
        if len(differing) > _MOST_PARTS:
            break
        within = differing
        rows = sum(max(side.get(part, (0, 0))[0] for side in (ours, theirs)) for part in differing)
        # Parts of one row each are no fewer than the rows themselves.
        if rows <= max(LISTED, PARTS * (len(differing) - 1)):
            break
    return within


def _in_step(left: _Entries, right: _Entries) -> Iterator[tuple[str, str, str, bool]]:
    """Alternate, since both are ordered by the key's hash: matching rows meet early and memory stays small."""
    for ours, theirs in zip_longest(left, right):
        if ours:
            yield *ours, True
        if theirs:
            yield *theirs, False


def _columns(left: Side, right: Side, hashes: Sequence[str]) -> tuple[str, ...]:
    if not hashes:
        return ()
    ours, theirs = left.columns(hashes), right.columns(hashes)
    pairs = [(ours[key], theirs[key]) for key in ours.keys() & theirs.keys()]
    return tuple(
        column.name
        for number, column in enumerate(left.mapping.columns)
        if any(one[number] != other[number] for one, other in pairs)
    )


def locate(run: Run, where: Address | Path, final: Address, mapping: TableMapping, schema: str) -> Violation:
    """The violation for a table of the target that is not what was exported, with its columns and keys.

    The source itself is the other side as long as it holds what was exported; then the run's files, if they
    are still there; at last the source as it is now.
    """
    with _exported(run, where, mapping) as expected, sides.of_target(final, mapping, schema) as actual:
        found = find(expected, actual)
    remedy = "the application's own writes since the publish are among them" if schema == FINAL else _LOAD_AGAIN
    counts = f"{len(found.changed)} changed, {len(found.only_left)} missing, {len(found.only_right)} more"
    return _violation(mapping, "digest_differs", "count and digest of the source", found, f"{counts}; {remedy}")


def locate_writes(run: Run, where: Address, final: Address, mapping: TableMapping, schema: str) -> Violation:
    """The violation for a table that the source wrote after the snapshot, with its columns and keys.

    The run's files are the other side, or the target when they are gone.
    """
    before = _files(run, mapping) or sides.of_target(final, mapping, schema)
    with before as then, _live(run, where, mapping) as now:
        found = find(then, now)
    counts = f"{len(found.changed)} changed, {len(found.only_right)} added, {len(found.only_left)} deleted there"
    return _violation(mapping, freeze.KIND, freeze.RULE, found, f"{counts}; {freeze.REMEDY}")


def _violation(mapping: TableMapping, kind: str, rule: str, found: Found, remedy: str) -> Violation:
    log.bound(phase="verify", system=mapping.system, table=mapping.name).info(
        "difference", outcome=kind, rows=len(found.keys), queries=found.asked
    )
    return Violation(
        system=mapping.system,
        table=mapping.name,
        column=", ".join(found.columns) or None,
        kind=kind,
        rows=len(found.keys),
        rule=rule,
        sample_keys=tuple(found.keys[:SAMPLE_KEYS]) if mapping.key else (),
        remedy=remedy,
    )


def _exported(run: Run, where: Address | Path, mapping: TableMapping) -> AbstractContextManager[Side]:
    if isinstance(where, Path):
        return _files(run, mapping) or _files_in(where, run, mapping)
    files = _files(run, mapping)
    if files and (digest.two_forms(mapping) or freeze.moved(where, mapping, manifest.of_run(run, mapping.system))):
        return files
    return _live(run, where, mapping)


def _live(run: Run, where: Address, mapping: TableMapping) -> AbstractContextManager[Side]:
    if digest.two_forms(mapping):
        return sides.read_again(where, mapping, run.folder / "scratch")
    return sides.of_source(where, mapping)


def _files(run: Run, mapping: TableMapping) -> AbstractContextManager[Side] | None:
    folder = run.export_folder(mapping.system)
    return _files_in(folder, run, mapping) if (folder / manifest.NAME).is_file() else None


def _files_in(folder: Path, run: Run, mapping: TableMapping) -> AbstractContextManager[Side]:
    return sides.of_files(folder, manifest.read(folder).table(mapping.name), mapping, run.folder / "scratch")
