"""Work in the street: contact cards, what was taken back, and who stands in for whom."""

from sqlalchemy import Column, Date, ForeignKey, String, Table, Text

from mapsvc.store.tables.base import UtcTime, key, metadata, ref, time

# revoked_why: lost | handed_over | stopped.
# One per tenancy. The token is the card's address: shown in print only, never in an export or the published copy.
card = Table(
    "card",
    metadata,
    key(),
    ref("shop_id", "shop", required=True, index=True),
    ref("tenancy_id", "tenancy", required=True, index=True),
    Column("token", String(43), nullable=False, unique=True),
    time("made_at", required=True),
    time("revoked_at"),
    Column("printed_at", UtcTime),
    Column("revoked_why", String(12)),
)

# Ids of records taken back by who made them: one that arrives later, or again, is not written. type: visit | issue
withdrawn = Table(
    "withdrawn",
    metadata,
    key(),
    Column("type", String(8), nullable=False),
    ref("by_id", "person"),
    time("at", required=True),
)

# What a visit changed about who runs the premises, as the phone told it: for a retry, and for taking it back.
# ended_id, begun_id: the tenancy that ended and the one that began (equal: it went on, sign_before was its sign);
# state_before: the shop's until then.
tenancy_change = Table(
    "tenancy_change",
    metadata,
    Column("visit_id", String(36), ForeignKey("visit.id"), primary_key=True),
    ref("shop_id", "shop", required=True, index=True),
    ref("ended_id", "tenancy"),
    ref("begun_id", "tenancy"),
    Column("told_id", String(36), nullable=False),
    Column("sign_name", Text),
    Column("sign_before", Text),
    Column("trade", String(40)),
    Column("state", String(16), nullable=False),
    Column("state_before", String(16), nullable=False),
    time("at", required=True),
)

# until_day: first day the shops are back with their own worker; null: handed over for good.
handover = Table(
    "handover",
    metadata,
    key(),
    ref("from_id", "person", required=True, index=True),
    ref("to_id", "person", required=True, index=True),
    Column("from_day", Date, nullable=False),
    Column("until_day", Date),
    ref("made_by", "person"),
    time("made_at", required=True),
    time("undone_at"),
)
