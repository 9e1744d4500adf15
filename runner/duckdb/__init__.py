"""DuckDB: one scan of a CSV file that casts, rejects, counts, digests and prepares the rows for COPY."""
