"""Proof: two sides of a table compared, differences narrowed, writes after the snapshot seen, evidence signed."""
