"""What can be found by typing: one entry per shop, place or case, with its tokens."""

from sqlalchemy import Column, Index, Integer, String, Table, Text, UniqueConstraint

from mapsvc.store.tables.base import metadata

_bytewise = Text().with_variant(Text(collation="C"), "postgresql")

# tokens: made by store/tokens.py, parted by blanks. code_key, title_key: as typed without case or width, so that whole
# codes and names, and their beginnings, come from an index. No name of a person, no phone, no free text.
search_entry = Table(
    "search_entry",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("kind", String(12), nullable=False),
    Column("ref", String(40), nullable=False),
    Column("code", String(40)),
    Column("title", Text, nullable=False),
    Column("subtitle", Text),
    Column("code_key", _bytewise),
    Column("title_key", _bytewise, nullable=False),
    Column("tokens", Text, nullable=False),
    UniqueConstraint("kind", "ref"),
    Index("ix_search_entry_code_key", "code_key"),
    Index("ix_search_entry_title_key", "title_key"),
)
