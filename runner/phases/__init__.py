"""The phases of a run, one module each, and those that lead them: the flow from export to stage, and the whole run."""
