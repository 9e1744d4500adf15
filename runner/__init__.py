"""Moves the tables of a system from MySQL to PostgreSQL through CSV, with proof."""
