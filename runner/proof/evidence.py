"""Evidence: what proves a run, gathered in one folder, listed with SHA-256 and signed with Ed25519.

`work/<run>/evidence/` can be kept when everything else is cleaned: it holds manifests, rules, catalogs,
phase results with the digests, dbt's results and the report, and no row. `SHA256SUMS` lists every file in
the format of sha256sum; `SHA256SUMS.sig` is the signature of that list and `public_key.pem` the key's
public half. The private half is made on first use and stays in the work folder, for its owner only. The
signature shows that nothing was changed since; that the key is the right one, its fingerprint shows.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from runner import manifest, rules
from runner.errors import UsageError, ViolationError
from runner.run import Run, make_private, replacing
from runner.systems import System

LIST = "SHA256SUMS"
SIGNATURE = "SHA256SUMS.sig"
PUBLIC_KEY = "public_key.pem"
_SIGNED_OVER = frozenset({LIST, SIGNATURE, PUBLIC_KEY})
_RESULTS = ("check", "stage", "load", "verify", "publish")


def gather(run: Run, systems: tuple[System, ...], key_folder: Path) -> Path:
    """Make the evidence folder of a run anew, list and sign it; returns the folder."""
    folder = run.folder / "evidence"
    shutil.rmtree(folder, ignore_errors=True)
    for original, name in _originals(run, systems):
        if original.is_file():
            copy = folder / name
            make_private(copy.parent)
            # Private from its first byte: the run's own umask is over.
            with original.open("rb") as read, replacing(copy) as written:
                shutil.copyfileobj(read, written)
    listed = "".join(f"{_hash(folder / name)}  {name}\n" for name in _names(folder)).encode()
    key = _key(key_folder)
    for name, content in {
        LIST: listed,
        SIGNATURE: key.sign(listed),
        PUBLIC_KEY: _pem(key.public_key()),
    }.items():
        with replacing(folder / name) as file:
            file.write(content)
    return folder


def check(folder: Path) -> str:
    """Verify an evidence folder offline; returns the fingerprint of its key.

    ViolationError names the first file that was changed, added or removed, or says that the signature does
    not fit; UsageError when the folder holds no evidence.
    """
    try:
        listed, signature, pem = ((folder / name).read_bytes() for name in (LIST, SIGNATURE, PUBLIC_KEY))
    except OSError as error:
        raise UsageError(f"{folder} holds no evidence: {Path(str(error.filename)).name} cannot be read") from None
    key = _public_key(folder, pem)
    try:
        key.verify(signature, listed)
    except InvalidSignature:
        raise ViolationError(f"{folder / LIST}: the signature does not fit: the list or the key was changed") from None
    lines = (line.partition("  ") for line in listed.decode().splitlines())
    expected = {name: sha256 for sha256, _, name in lines}
    present = set(_names(folder))
    for name in sorted(present ^ set(expected)):
        raise ViolationError(f"{folder / name}: {'was added' if name in present else 'is missing'} after signing")
    for name, sha256 in expected.items():
        if _hash(folder / name) != sha256:
            raise ViolationError(f"{folder / name}: was changed after signing")
    return fingerprint(pem)


def fingerprint(pem: bytes) -> str:
    """The SHA-256 of a public key's file, to compare with one that was noted elsewhere."""
    return hashlib.sha256(pem).hexdigest()


def _originals(run: Run, systems: tuple[System, ...]) -> Iterator[tuple[Path, str]]:
    yield run.folder / "report.json", "report.json"
    yield run.folder / "log.jsonl", "log.jsonl"
    for path in sorted(rules.FOLDER.glob("*.csv")):
        yield path, f"rules/{path.name}"
    for system in systems:
        name = system.name
        yield manifest.place(run, name), f"{name}/manifest.json"
        for catalog in ("mysql.json", "postgres.json"):
            yield system.baseline_folder / catalog, f"{name}/{catalog}"
        for phase in _RESULTS:
            yield run.result_path(phase, name), f"{name}/{phase}.json"
        for path in sorted((run.folder / "dbt" / name).glob("run_results_*.json")):
            yield path, f"{name}/dbt/{path.name}"


def _names(folder: Path) -> list[str]:
    found = (path for path in folder.rglob("*") if not path.is_dir() or path.is_symlink())
    return sorted(name for path in found if (name := str(path.relative_to(folder))) not in _SIGNED_OVER)


def _hash(path: Path) -> str:
    if path.is_symlink() or not path.is_file():
        return "not a plain file"
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _key(folder: Path) -> Ed25519PrivateKey:
    path = folder / "evidence_key.pem"
    if path.exists():
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
        if not isinstance(key, Ed25519PrivateKey):
            raise UsageError(f"{path} is no Ed25519 key; move it away and a new one is made")
        return key
    key = Ed25519PrivateKey.generate()
    content = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    with replacing(path) as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(content)
    return key


def _pem(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def _public_key(folder: Path, pem: bytes) -> Ed25519PublicKey:
    try:
        key = serialization.load_pem_public_key(pem)
    except ValueError:
        raise ViolationError(f"{folder / PUBLIC_KEY}: is no public key: it was changed") from None
    if not isinstance(key, Ed25519PublicKey) or _pem(key) != pem:
        raise ViolationError(f"{folder / PUBLIC_KEY}: is not as an Ed25519 key is written: it was changed")
    return key
