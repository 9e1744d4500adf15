"""The database servers of the tests: sources (MySQL, MariaDB) and targets (Postgres 15, 17.5, 18).

`python -m tests.servers provision` installs what is missing.
"""

from tests.servers.places import NotProvisionedError
from tests.servers.source import MariaDB, MySQL, SourceServer
from tests.servers.target import Postgres, postgres15, postgres17, postgres18

__all__ = [
    "MariaDB",
    "MySQL",
    "NotProvisionedError",
    "Postgres",
    "SourceServer",
    "postgres15",
    "postgres17",
    "postgres18",
]
