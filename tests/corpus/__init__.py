"""Golden values, and the documented forms worked out a second time in plain Python.

Nothing here calls `runner.digest`: the tests compare what the engines compute with what is written here.
"""
