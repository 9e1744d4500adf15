"""The preflight: every rule and constraint of the Postgres baseline tried on the live source, before any downtime.

Read-only, in one snapshot, with no more privilege than SELECT, and complete: all violations of all tables are
found, not the first. A table costs one scan for all its columns, one anti-join for each foreign key, and a
grouping only for a key that the source does not itself enforce as strictly; rows are read again only where
something was counted.

=================  ==========================================================================
`kinds`            what can be wrong, what to do about it (each is explained in docs/violations.md)
`live`             what the server says of itself and its tables
`spelling`         how values, bytes and statements are written for MySQL and MariaDB alike
`subject`          one table under examination
`columns`          the faults a value can have, as conditions
`characters`       the faults of columns that are not stored as utf8mb4
`numbers`          ranges and scales
`documents`        JSON that Postgres refuses
`checks`           check constraints of the baseline in MySQL's words
`scan`             the one scan of a table
`references`       rows whose parent is missing
`duplicates`       rows that are one row to a key of the baseline
`acceptance`       violations that `accepted_violations.csv` lets pass
`case_folding`     advice: values that only MySQL's comparison took for one
=================  ==========================================================================
"""

from runner.preflight.case_folding import case_fold_collisions
from runner.preflight.examination import find, find_in_table
from runner.preflight.live import Live

__all__ = ["Live", "case_fold_collisions", "find", "find_in_table"]
