"""The edge of the program: a task's options become a job, its outcome becomes lines and an exit code."""
