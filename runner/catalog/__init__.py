"""What a schema consists of: typed catalogs, read from live servers or from a system's files."""
