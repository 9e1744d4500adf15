"""The manifest of an export: what was read from where, and the fingerprint of every file.

A manifest of foreign origin is untrusted input: every field is validated, file names are derived from
the table's position instead of believed, and counts, sizes and hashes are compared with the files.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, FailFast, Field, ValidationError, model_validator

from runner.console import printable
from runner.digest import ALGORITHM
from runner.errors import ViolationError
from runner.run import Run, replacing

NAME = "manifest.json"
_LONGEST_PLACE = 100
# Thirty thousand files, a terabyte of rows; the lists stop at their first fault, so this bounds memory as well.
_MOST_BYTES = 8 << 20
_BLOCK = 1 << 20
_NOT_PLAIN = {errno.ENOENT, errno.ELOOP, errno.ENOTDIR, errno.EINVAL, errno.ENXIO, errno.EISDIR}
Count = Annotated[int, Field(strict=True, ge=0, le=2**62)]
Name = Annotated[str, Field(pattern=r"^[^/\p{Cc}\p{Cf}\p{Zl}\p{Zp}]{1,200}$")]
ColumnName = Annotated[str, Field(pattern=r"^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]{1,200}$")]
Method = Literal["global read lock", "single transaction"]
Quote = Literal['"', "'"]
Digest = Annotated[str, Field(pattern=r"^[0-9]{1,40}$")]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class File(_Strict):
    """One CSV file: bytes on disk, SHA-256 of them, records, longest record in bytes, digest of its rows, quotes."""

    path: Annotated[str, Field(pattern=r"^[^/\p{Cc}\p{Cf}\p{Zl}\p{Zp}]{1,200}/[0-9]{4,6}\.csv$")]
    rows: Count
    bytes: Count
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    longest_line: Count
    digest: Digest
    quote: Quote = '"'
    seconds: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.0

    @model_validator(mode="after")
    def _possible(self) -> File:
        if self.path.startswith("."):
            raise ValueError("the path must stay inside the export folder")
        if max(self.rows, self.longest_line) > self.bytes:
            raise ValueError("the file is too short for its records")
        return self


class Table(_Strict):
    """One exported table; `columns` in the order of the files, `digest` the sum over all files.

    `filtered_rows` counts the rows that a `skip_row_where` rule left in the source.
    """

    name: Name
    columns: Annotated[tuple[ColumnName, ...], FailFast()]
    files: Annotated[tuple[File, ...], FailFast(), Field(min_length=1)]
    filtered_rows: Count = 0

    @model_validator(mode="after")
    def _each_file_once(self) -> Table:
        if len({file.path for file in self.files}) < len(self.files):
            raise ValueError("a file is listed twice")
        return self

    @property
    def rows(self) -> int:
        """Rows of all files."""
        return sum(file.rows for file in self.files)

    @property
    def bytes(self) -> int:
        """Bytes of all files."""
        return sum(file.bytes for file in self.files)

    @property
    def digest(self) -> int:
        """Sum of the row digests of all files."""
        return sum(int(file.digest) for file in self.files)


class Skipped(_Strict):
    """A table of the source that was not copied."""

    name: Name
    rows: Count
    reason: str


class Source(_Strict):
    """The server the export came from."""

    kind: Literal["mysql", "mariadb"]
    version: str
    database: str


class Snapshot(_Strict):
    """The one moment all files show: `position` holds gtid, file and offset where the server tells them."""

    taken_at: str
    method: Method
    position: dict[str, str]


class Manifest(_Strict):
    """Everything known of one system's export."""

    format: Literal[1]
    system: str
    digest: Literal["sha256/60 sum v1"] = ALGORITHM
    source: Source
    snapshot: Snapshot
    tables: Annotated[tuple[Table, ...], FailFast()]
    skipped: Annotated[tuple[Skipped, ...], FailFast()]

    @property
    def fingerprint(self) -> str:
        """A short name for the content of all files: another one when a single byte differs."""
        files = sorted(f"{file.sha256} {file.path}" for table in self.tables for file in table.files)
        return hashlib.sha256("\n".join(files).encode()).hexdigest()[:16]

    def table(self, name: str) -> Table:
        """The table of that name; KeyError when it was not exported."""
        for table in self.tables:
            if table.name == name:
                return table
        raise KeyError(name)


def write(manifest: Manifest, folder: Path) -> None:
    """Keep the manifest beside its files, complete or not at all."""
    with replacing(folder / NAME) as file:
        file.write(manifest.model_dump_json(indent=1).encode())


def read(folder: Path) -> Manifest:
    """The manifest of an export folder; ViolationError says what is wrong with it."""
    return _parsed(folder / NAME)


def _parsed(path: Path) -> Manifest:
    try:
        with _plain(path) as stream:
            content = stream.read(_MOST_BYTES + 1)
    except OSError as error:
        raise ViolationError(f"{path}: cannot be read ({error.strerror}); is this an export folder?") from None
    if len(content) > _MOST_BYTES:
        raise ViolationError(f"{path}: is larger than {_MOST_BYTES >> 20} MiB, which no export needs; make it again")
    try:
        return Manifest.model_validate_json(content)
    except ValidationError as error:
        fault = error.errors(include_input=False, include_url=False)[0]
        # The place holds names that the document's author chose.
        where = printable(".".join(str(part) for part in fault["loc"]))[:_LONGEST_PLACE] or "the document"
        raise ViolationError(f"{path}: {where}: {fault['msg']}; make the export again") from None


def of_run(run: Run, system: str) -> Manifest:
    """The manifest of a run's export, also after its files were cleaned; UsageError when it exported nothing."""
    path = place(run, system)
    if not path.is_file():
        raise run.lacks("export", system)
    return _parsed(path)


def place(run: Run, system: str) -> Path:
    """Where a run keeps the manifest of a system: beside its files, or above them when they were cleaned."""
    beside, kept = run.export_folder(system) / NAME, kept_path(run, system)
    return kept if kept.is_file() and not beside.is_file() else beside


def kept_path(run: Run, system: str) -> Path:
    """Where the manifest stays when the files beside it are cleaned."""
    return run.folder / f"manifest.{system}.json"


def verify_size(folder: Path, file: File) -> None:
    """Compare one file's size with its entry; ViolationError names the file and what differs."""
    with _opened(folder, file):
        pass


def verify_file(folder: Path, file: File) -> None:
    """Compare one file with its entry; ViolationError names the file and what differs."""
    with _opened(folder, file) as stream:
        _compare(folder / file.path, hashlib.file_digest(stream, "sha256").hexdigest(), file)


def take_over(folder: Path, file: File, copy: Path) -> None:
    """Copy one file and compare what was copied with its entry, so that no later change of it matters."""
    digest = hashlib.sha256()
    with _opened(folder, file) as stream, replacing(copy) as made:
        left = file.bytes
        while left and (block := stream.read(min(_BLOCK, left))):
            digest.update(block)
            made.write(block)
            left -= len(block)
    try:
        _compare(folder / file.path, digest.hexdigest(), file)
    except ViolationError:
        copy.unlink()
        raise


def _compare(path: Path, actual: str, file: File) -> None:
    if actual != file.sha256:
        raise ViolationError(f"{path}: its SHA-256 differs from the manifest: the file was changed after the export")


@contextmanager
def _opened(folder: Path, file: File) -> Iterator[BufferedReader]:
    """A file of the size that its entry says; nobody can put a link, a pipe or a device in its place."""
    path = folder / file.path
    try:
        with _plain(path) as stream:
            size = os.fstat(stream.fileno()).st_size
            if size != file.bytes:
                raise ViolationError(f"{path}: {size} bytes, the manifest says {file.bytes}; make the export again")
            yield stream
    except OSError as error:
        if error.errno in _NOT_PLAIN:
            fault = "the manifest lists it, but it is missing or no plain file"
            raise ViolationError(f"{path}: {fault}; make the export again") from None
        raise ViolationError(f"{path}: cannot be read ({error.strerror}); make the export again") from None


@contextmanager
def _plain(path: Path) -> Iterator[BufferedReader]:
    """A plain file, opened without following a link in its own or its folder's name, nor waiting for a pipe."""
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | (os.O_NOFOLLOW if path.name != NAME else 0))
    try:
        # A pipe without a writer would keep a reader waiting for ever.
        descriptor = os.open(path.name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    finally:
        os.close(folder)
    mode = os.fstat(descriptor).st_mode
    if not stat.S_ISREG(mode):
        os.close(descriptor)
        fault = errno.EISDIR if stat.S_ISDIR(mode) else errno.EINVAL
        raise OSError(fault, os.strerror(fault) if stat.S_ISDIR(mode) else "not a plain file")
    with os.fdopen(descriptor, "rb") as stream:
        yield stream
