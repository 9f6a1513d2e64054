"""Tables of the public surface, on a metadata of their own: no history, no other shop, no account."""

from sqlalchemy import Boolean, Column, Index, Integer, LargeBinary, MetaData, String, Table, Text

from mapsvc.store.tables.base import Document, time

metadata = MetaData()

# Facts about this surface: its key's name, the last letter in and out, the layout's serial, office words, hours.
fact = Table("fact", metadata, Column("name", String(40), primary_key=True), Column("value", Document))

# key: SHA-256 of the token, in hex; the token itself is never stored. card: the LaidCard as a document.
laid_card = Table(
    "laid_card",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("card", Document, nullable=False),
)

laid_policy = Table(
    "laid_policy",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("n", Integer, nullable=False),
    Column("entry", Document, nullable=False),
)

laid_order = Table(
    "laid_order",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("sheet", Document, nullable=False),
)

# Pictures that stand on an order, and those said with something; by SHA-256.
picture = Table(
    "picture",
    metadata,
    Column("sha", String(64), primary_key=True),
    Column("jpeg", LargeBinary, nullable=False),
    Column("is_laid", Boolean, nullable=False),
    time("at", required=True),
)

# The outbox. What was acknowledged keeps its id, key and kind alone: body and photos are gone.
said = Table(
    "said",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("id", String(36), nullable=False, unique=True),
    Column("key", String(64), nullable=False),
    Column("kind", String(12), nullable=False),
    Column("body", Document),
    Column("photos", Document),
    Column("is_held", Boolean, nullable=False),
    time("said_at", required=True),
    time("taken_at"),
    Index("ix_said_key", "key", "said_at"),
    # A number that was given is never given again.
    sqlite_autoincrement=True,
)

# Counted per source, and per card and source, to slow abuse; source: a keyed hash of the address, kept for a day.
visit_count = Table(
    "visit_count",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("source", String(64), nullable=False),
    Column("key", String(64)),
    Column("what", String(12), nullable=False),
    Column("text", Text),
    time("at", required=True),
    Index("ix_visit_count_source_at", "source", "at"),
    Index("ix_visit_count_key_at", "key", "at"),
)
