"""12345工单: the hotline's orders, and reports that were frozen, feeds that calendars read."""

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, Text

from mapsvc.store.tables.base import Document, key, metadata, ref, time

# state: to_sign 待签收 | handling 办理中 | answered 已答复 | returned 已退单; imported_state: as the file said it.
# known_type, known_ref, known_at: what the block knew before the call (先发现), see domain/tickets.py.
ticket = Table(
    "ticket",
    metadata,
    key(),
    Column("number", String(40), nullable=False, unique=True),
    time("called_at", required=True, index=True),
    Column("request", String(12)),
    Column("text", Text, nullable=False),
    Column("address", Text),
    Column("unit", Text),
    Column("kind", String(16)),
    ref("location_id", "location"),
    ref("shop_id", "shop", index=True),
    ref("place_id", "place", index=True),
    ref("case_id", "case_file", index=True),
    ref("duplicate_of", "ticket"),
    Column("state", String(12), nullable=False),
    Column("version", Integer, nullable=False, default=1, server_default="1"),
    Column("is_repeat", Boolean, nullable=False, default=False, server_default="0"),
    Column("is_second", Boolean, nullable=False, default=False, server_default="0"),
    Column("limit_days", Integer),
    time("first_contact_due_at"),
    time("first_contact_at"),
    time("due_at"),
    time("returned_at"),
    Column("return_reason", Text),
    Column("answer", Text),
    time("answered_at"),
    ref("answered_by", "person"),
    Column("is_solved", Boolean),
    Column("satisfaction", String(12)),
    Column("known_type", String(12)),
    Column("known_ref", String(36)),
    time("known_at"),
    Column("is_imported", Boolean, nullable=False, default=False, server_default="0"),
    Column("imported_state", String(12)),
    time("received_at", required=True),
    Index("ix_ticket_state_due_at", "state", "due_at"),
)

# kind: weekly | monthly | other. body: what was counted and chosen; html: the frozen page, byte for byte.
report = Table(
    "report",
    metadata,
    key(),
    Column("kind", String(8), nullable=False),
    time("from_at", required=True, index=True),
    time("until_at", required=True),
    Column("title", Text, nullable=False),
    Column("body", Document, nullable=False),
    Column("version", Integer, nullable=False, default=1, server_default="1"),
    ref("made_by", "person"),
    time("made_at", required=True),
    time("changed_at"),
    time("frozen_at"),
    ref("frozen_by", "person"),
    Column("frozen", Document),
)

# `id` is the SHA-256 of the secret in the address; the secret itself is never stored.
feed = Table(
    "feed",
    metadata,
    Column("id", String(64), primary_key=True),
    ref("account_id", "account", required=True, index=True),
    time("created_at", required=True),
    time("read_at"),
    time("revoked_at"),
)
