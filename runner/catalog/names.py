"""How identifiers are written: always quoted in statements, only where Postgres needs it in SQL that people read."""

from __future__ import annotations

import re
from collections.abc import Iterable

# Every word that `quote_ident` of Postgres 15 to 18 quotes (categories R, T and C of pg_get_keywords()).
_WORDS = """
all analyse analyze and any array as asc asymmetric authorization between bigint binary bit boolean both
case cast char character check coalesce collate collation column concurrently constraint create cross
current_catalog current_date current_role current_schema current_time current_timestamp current_user dec
decimal default deferrable desc distinct do else end except exists extract false fetch float for foreign
freeze from full grant greatest group grouping having ilike in initially inner inout int integer intersect
interval into is isnull join json json_array json_arrayagg json_exists json_object json_objectagg
json_query json_scalar json_serialize json_table json_value lateral leading least left like limit
localtime localtimestamp merge_action national natural nchar none normalize not notnull null nullif
numeric offset on only or order out outer overlaps overlay placing position precision primary real
references returning right row select session_user setof similar smallint some substring symmetric
system_user table tablesample then time timestamp to trailing treat trim true union unique user using
values varchar variadic verbose when where window with xmlattributes xmlconcat xmlelement xmlexists
xmlforest xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable
"""
KEYWORDS = frozenset(_WORDS.split())
# A pattern of identifiers as they are written here.
IDENTIFIER = r'(?:"(?:[^"]|"")+"|\w+)'


def quote_mysql(name: str) -> str:
    """An identifier for MySQL and MariaDB."""
    return "`" + name.replace("`", "``") + "`"


def quote_ansi(name: str) -> str:
    """An identifier for Postgres and DuckDB."""
    return '"' + name.replace('"', '""') + '"'


def quoted(name: str) -> str:
    """The identifier as SQL text that means exactly this name."""
    if re.fullmatch(r"[a-z_][a-z0-9_]*", name) and name not in KEYWORDS:
        return name
    return '"' + name.replace('"', '""') + '"'


def unquoted(text: str) -> str:
    """The name that an identifier in SQL text means."""
    return text[1:-1].replace('""', '"') if text.startswith('"') else text


def listed(names: Iterable[str]) -> str:
    """The identifiers of a column list, separated by commas."""
    return ", ".join(quoted(name) for name in names)
