"""dbt, held at arm's length: a process for each system, which parses once and then runs commands on request.

Importing dbt and parsing the project take longer than everything else it does here, so both begin in the
background, before they are needed, and the import is done once for all systems. A process is given the target's
password through a socket, and gives back results without values of rows: neither ever is in an argument, a log or an
artifact.
"""

from runner.dbt.engine import Engine, engines
from runner.dbt.results import NodeResult

__all__ = ["Engine", "NodeResult", "engines"]
