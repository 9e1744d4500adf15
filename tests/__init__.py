"""Everything that proves the project."""
