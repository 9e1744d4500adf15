"""`./inv bench`: what a migration costs on this machine, beside what it must cost and what others take.

A source is filled by the seeded generator, every candidate moves the same rows, and one record of it all is kept:
`work/bench/<stamp>.json` with a chart beside it. Candidates take turns, since seconds drift on shared machines.
"""
