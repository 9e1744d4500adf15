"""MySQL and MariaDB: connections that only read, the snapshot, what is selected, and rows as raw bytes."""
