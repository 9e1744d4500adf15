"""Postgres: connections, the baseline, the schemas of a move (landing, build, retired), and the sandbox."""
