"""What can be wrong with rows, and what to do about it; check and stage call a fault by the same name.

Each kind is explained in docs/violations.md.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """What to do about a violation; `acceptable` when Postgres would take the rows as they are."""

    remedy: str
    acceptable: bool = False


KINDS = {
    "foreign_key": Kind("add the missing parent rows, clear the reference, or delete the rows"),
    "null_in_not_null": Kind("give the rows a value, or leave them out with a skip_row_where rule"),
    "primary_key": Kind("keep one row of each group: delete or change the others"),
    "unique": Kind("keep one row of each group: delete or change the others"),
    "uuid_spelled_twice": Kind("decide which row is meant, move what refers to the others to it, and delete them"),
    "check": Kind("change the rows to values the check allows"),
    "too_long": Kind("shorten the values, or add a truncate rule for the column"),
    "nul_in_text": Kind("remove the characters U+0000, or add a strip_nul rule for the column"),
    "not_a_uuid": Kind("spell the value as 8-4-4-4-12 hexadecimal digits, or clear it"),
    "empty_uuid": Kind("set the column to NULL, or add a null_if_empty rule for it"),
    "not_a_number_of_its_type": Kind("bring the numbers into the range and scale of the Postgres type"),
    "not_a_boolean": Kind("set the column to 0 or 1"),
    "unknown_label": Kind("set the column to a label of the Postgres type"),
    "not_a_timestamp": Kind("set a date that exists, or add a null_if_zero_date rule for the column"),
    "not_json": Kind("write the documents again as valid JSON"),
    "not_jsonb": Kind("remove \\u0000 and lone surrogates from the documents"),
    "not_bytes": Kind("store the whiteboards again through the application, or empty them"),
    "not_a_whiteboard": Kind("store the whiteboards again through the application, or empty them", acceptable=True),
    "invalid_utf8": Kind("give the column the character set its bytes are in, then convert it"),
    "trailing_blank": Kind("cut the blanks at the end of the values; Postgres does not keep them in this type"),
    "not_hex": Kind("export the table again"),
    "rule_limit_exceeded": Kind("look at the rows, then raise the rule's max_rows with a reason"),
    "mislabelled_text": Kind("convert the column by way of a binary type to utf8mb4", acceptable=True),
}
