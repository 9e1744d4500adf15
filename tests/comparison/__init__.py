"""An independent judge: compares every value of a source with the target, by rules of its own.

Nothing here imports the runner. It reads the two catalogs as plain JSON, MySQL with the driver's own decoding
and Postgres with psycopg's, so a fault in the runner's reading, casting or digesting cannot hide itself.
"""

from tests.comparison.compare import NOT_COPIED, Difference, differences

__all__ = ["NOT_COPIED", "Difference", "differences"]
