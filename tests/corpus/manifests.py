"""A manifest that is all right, and the file that it lists."""

from __future__ import annotations

import hashlib
from typing import Any

from runner.manifest import File

Document = dict[str, Any]

CONTENT = b'1,"a"\n2,\n'
SHA256 = hashlib.sha256(CONTENT).hexdigest()
GOOD: Document = {
    "format": 1,
    "system": "toy",
    "digest": "sha256/60 sum v1",
    "source": {"kind": "mysql", "version": "9.7.0", "database": "toy"},
    "snapshot": {"taken_at": "2025-01-01T00:00:00", "method": "global read lock", "position": {"gtid": "a:1-5"}},
    "tables": [
        {
            "name": "t",
            "columns": ["id", "words"],
            "files": [
                {
                    "path": f"t/000{number}.csv",
                    "rows": number,
                    "bytes": 9,
                    "sha256": SHA256,
                    "longest_line": 6,
                    "digest": str(2**60 * number),
                    "quote": "'",
                    "seconds": 0.25,
                }
                for number in (1, 2)
            ],
            "filtered_rows": 3,
        }
    ],
    "skipped": [{"name": "cache", "rows": 7, "reason": "a cache"}],
}


def entry(path: str) -> File:
    return File(path=path, rows=2, bytes=9, sha256=SHA256, longest_line=6, digest="1")
