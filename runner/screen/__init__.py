"""What a terminal shows: progress, the live display, and the end of a task."""
