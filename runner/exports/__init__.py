"""An export: its chunks, its CSV files, and where they come from when they are not read anew."""
