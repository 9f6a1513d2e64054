"""三方议事会: meetings, their parties with claims and offers, and what was said in private."""

from sqlalchemy import Boolean, Column, Integer, String, Table, Text

from mapsvc.store.tables.base import key, metadata, ref, time

# state: planned | held | agreed | failed; those of a workbook have none of the later columns.
# way_out: mediation (人民调解) | three_offices (三所联动) | litigation (诉讼指引).
council = Table(
    "council",
    metadata,
    key(),
    ref("case_id", "case_file", index=True),
    ref("issue_id", "issue"),
    time("held_at", required=True),
    Column("venue", Text),
    Column("attendees", Text),
    Column("survey", Text),
    Column("root_cause", Text),
    Column("claims", Text),
    Column("agreement", Text),
    time("fulfil_by"),
    Column("result", Text),
    Column("state", String(12)),
    Column("mediator_id", String(36)),
    Column("way_out", String(16)),
    Column("version", Integer, nullable=False, default=1, server_default="1"),
    Column("made_by", String(36)),
    time("made_at"),
    time("agreed_at"),
)

# role: owner | upstairs | merchant | property | committee | owners_committee | landlord | other
council_party = Table(
    "council_party",
    metadata,
    key(),
    ref("council_id", "council", required=True, index=True),
    Column("role", String(20), nullable=False),
    Column("name", Text, nullable=False),
    time("invited_at"),
    Column("is_present", Boolean),
    Column("claim", Text),
    Column("offer", Text),
    time("signed_at"),
    Column("sort", Integer, nullable=False, default=0, server_default="0"),
)

# 单独谈: for the secretary and the mediator alone.
private_note = Table(
    "private_note",
    metadata,
    key(),
    ref("council_id", "council", required=True, index=True),
    ref("party_id", "council_party"),
    Column("text", Text, nullable=False),
    ref("author_id", "person"),
    time("at", required=True),
)
