"""What is written once and committed: the files of a system, the reference pages."""
