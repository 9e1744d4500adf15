"""The preflight: every rule and constraint of the Postgres baseline tried on the live source, before any downtime.

Read-only, without any lock, with no more privilege than SELECT, and complete: all violations of all tables are
found, not the first. A table costs one scan for all its columns, one anti-join for the references to it (a few where
they are many), and a grouping only for a key that the source does not itself enforce as strictly, or for an index
over text.

=================  ==========================================================================
`live`             what the server says of itself and its tables
`spelling`         how values, bytes and statements are written for MySQL and MariaDB alike
`subject`          one table under examination
`columns`          the faults a value can have, as conditions
`characters`       the faults of columns that are not stored as utf8mb4
`numbers`          ranges and scales
`documents`        JSON that Postgres refuses
`checks`           check constraints of the baseline in MySQL's words
`scan`             the one scan of a table
`ranges`           that scan for one key range, of what changed after an earlier run
`references`       rows whose parent is missing
`duplicates`       rows that are one row to a key of the baseline
`limits`           rules that would touch more rows than they may
`case_folding`     advice: values that only MySQL's comparison took for one
=================  ==========================================================================
"""

from runner.preflight.examination import Examined, examine
from runner.preflight.ranges import ExamineChunk

__all__ = ["ExamineChunk", "Examined", "examine"]
