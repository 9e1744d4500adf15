"""dbt, held at arm's length: a process of its own that parses once and then runs commands on request.

Starting dbt and parsing the project take longer than everything else it does here, so an engine starts
both in the background, before they are needed. The process is given the target's password through a pipe,
and gives back results without values of rows: neither ever is in an argument, a log or an artifact.
"""

from runner.dbt.engine import Engine
from runner.dbt.nursery import Nursery
from runner.dbt.results import NodeResult

__all__ = ["Engine", "NodeResult", "Nursery"]
