"""A run on disk: what it works on, how far it came, what it took over, and its report."""
