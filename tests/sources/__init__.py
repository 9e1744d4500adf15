"""Test sources: the schemas of the systems on live servers, and seeded rows for them."""
