"""Pages a browser opens: report, lineage, diagrams, documentation, runbook."""
