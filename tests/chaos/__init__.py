"""A seeded campaign of kills: migrations are struck at random moments, resumed, and every result is proved.

`./inv chaos --seed N --kills K` runs it on servers of its own; a short one is part of the tests.
"""
