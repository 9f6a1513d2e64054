"""治理样板: playbooks and their runs, notices, rosters of the guard team, watches."""

from sqlalchemy import Boolean, Column, Date, Integer, String, Table, Text, UniqueConstraint

from mapsvc.store.tables.base import Document, key, metadata, ref, time

# One row per version; the newest of a code counts, but a newer file before one that was only kept from_file. body:
# the phases with their steps, as in layers/playbooks/*.toml.
playbook = Table(
    "playbook",
    metadata,
    key(),
    Column("code", String(40), nullable=False),
    Column("version", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("body", Document, nullable=False),
    Column("note", Text),
    ref("made_by", "person"),
    time("made_at", required=True),
    time("retired_at"),
    Column("from_file", Boolean, nullable=False, default=False, server_default="0"),
    UniqueConstraint("code", "version"),
)

# playbook_id: the version with which it began; left_out: numbers of the steps not used; outcome: the words at its end.
playbook_run = Table(
    "playbook_run",
    metadata,
    key(),
    ref("playbook_id", "playbook", required=True, index=True),
    ref("case_id", "case_file", index=True),
    ref("place_id", "place", index=True),
    ref("shop_id", "shop", index=True),
    ref("location_id", "location"),
    ref("started_by", "person"),
    time("started_at", required=True),
    time("ended_at"),
    Column("outcome", Text),
    Column("left_out", Document),
)

notice = Table(
    "notice",
    metadata,
    key(),
    ref("run_id", "playbook_run", index=True),
    ref("case_id", "case_file"),
    ref("place_id", "place", index=True),
    ref("shop_id", "shop"),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("signed", Text),
    Column("from_day", Date, nullable=False),
    Column("until_day", Date, nullable=False),
    time("taken_down_at"),
    ref("made_by", "person"),
    time("made_at", required=True),
)

# 文明护卫队. The token is the address of the page to join by.
roster = Table(
    "roster",
    metadata,
    key(),
    ref("run_id", "playbook_run", index=True),
    ref("place_id", "place"),
    Column("name", Text, nullable=False),
    Column("meet_at", Text),
    Column("token", String(43), nullable=False, unique=True),
    Column("from_day", Date, nullable=False),
    Column("until_day", Date, nullable=False),
    ref("made_by", "person"),
    time("made_at", required=True),
    time("closed_at"),
)

# shift: morning | evening
roster_slot = Table(
    "roster_slot",
    metadata,
    key(),
    ref("roster_id", "roster", required=True, index=True),
    Column("day", Date, nullable=False),
    Column("shift", String(8), nullable=False),
    Column("from_hour", Integer, nullable=False),
    Column("until_hour", Integer, nullable=False),
    Column("wanted", Integer, nullable=False),
    time("cancelled_at"),
    Column("cancel_reason", Text),
    UniqueConstraint("roster_id", "day", "shift"),
)

slot_sign_up = Table(
    "slot_sign_up",
    metadata,
    key(),
    ref("slot_id", "roster_slot", required=True, index=True),
    Column("name", Text, nullable=False),
    ref("person_id", "person"),
    time("at", required=True),
    time("withdrawn_at"),
)

# Looked at more closely until then. origin: context | effect | manual; ref: what opened it.
watch = Table(
    "watch",
    metadata,
    key(),
    Column("origin", String(12), nullable=False),
    Column("ref", String(36)),
    ref("case_id", "case_file", index=True),
    ref("place_id", "place", index=True),
    ref("location_id", "location"),
    Column("kind", String(16)),
    Column("text", Text, nullable=False),
    time("from_at", required=True),
    time("until_at"),
    Column("is_relapsed", Boolean, nullable=False, default=False, server_default="0"),
    time("ended_at"),
    ref("made_by", "person"),
    time("made_at", required=True),
)
