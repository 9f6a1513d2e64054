"""Patrol plans and their editions, what stops are worth, pinned stops, quiet hours, guard rounds, and walks."""

from sqlalchemy import Boolean, Column, Date, Float, Index, Integer, String, Table, Text, UniqueConstraint

from mapsvc.store.tables.base import Document, key, metadata, ref, time

# plan: the whole Plan of domain/patrol.py as a document; input_hash names what it was computed from. Each change by
# hand raises edition; published_plan is what phones and paper carry, as of published_edition.
patrol_plan = Table(
    "patrol_plan",
    metadata,
    key(),
    Column("day", Date, nullable=False),
    Column("shift", String(8), nullable=False),
    Column("version", Integer, nullable=False),
    Column("seed", Integer, nullable=False),
    Column("input_hash", String(64), nullable=False),
    Column("plan", Document, nullable=False),
    ref("made_by", "person"),
    time("made_at", required=True),
    time("published_at"),
    Column("edition", Integer, nullable=False, default=1, server_default="1"),
    Column("published_plan", Document),
    Column("published_edition", Integer),
    Index("ix_patrol_plan_day_shift", "day", "shift"),
)

# What a plan was before a change by hand, to take the change back. text: the change in words.
patrol_edition = Table(
    "patrol_edition",
    metadata,
    key(),
    ref("plan_id", "patrol_plan", required=True, index=True),
    Column("edition", Integer, nullable=False),
    Column("plan", Document, nullable=False),
    Column("text", Text, nullable=False),
    ref("made_by", "person"),
    time("made_at", required=True),
    UniqueConstraint("plan_id", "edition"),
)

# Where the office weighs a reason otherwise than as shipped (domain/demand.py). code: the reason's.
patrol_weight = Table(
    "patrol_weight",
    metadata,
    Column("code", String(16), primary_key=True),
    Column("points", Integer, nullable=False),
    Column("growth", Integer, nullable=False),
    Column("minutes", Integer, nullable=False),
    ref("changed_by", "person"),
    time("changed_at", required=True),
)

# A stop that somebody wants walked to, from day to day. ref: shop:LT0001, place:PD0001 or a bare point at:lon,lat.
patrol_pin = Table(
    "patrol_pin",
    metadata,
    key(),
    Column("ref", String(60), nullable=False, index=True),
    Column("label", Text, nullable=False),
    Column("lon", Float, nullable=False),
    Column("lat", Float, nullable=False),
    Column("from_day", Date, nullable=False),
    Column("until_day", Date),
    Column("shift", String(8)),
    ref("person_id", "person"),
    Column("is_must", Boolean, nullable=False),
    Column("text", Text, nullable=False),
    ref("made_by", "person"),
    time("made_at", required=True),
    time("ended_at"),
)

# When a merchant does not want to be called on. weekday: 0 Monday … 6, none every day; minutes of the office's day.
# They are the merchant's, and end with the tenancy. source: merchant (own page) | told (on a call).
quiet_hours = Table(
    "quiet_hours",
    metadata,
    key(),
    ref("tenancy_id", "tenancy", required=True, index=True),
    Column("weekday", Integer),
    Column("from_minute", Integer, nullable=False),
    Column("until_minute", Integer, nullable=False),
    Column("text", Text),
    Column("source", String(8), nullable=False),
    ref("made_by", "person"),
    time("made_at", required=True),
    time("ended_at"),
)

# Where somebody sets out and ends, and how long they walk, when nothing else is said.
patrol_walker = Table(
    "patrol_walker",
    metadata,
    Column("person_id", String(36), primary_key=True),
    Column("start_lon", Float),
    Column("start_lat", Float),
    Column("start_label", Text),
    Column("end_lon", Float),
    Column("end_lat", Float),
    Column("end_label", Text),
    Column("minutes", Integer),
    time("changed_at", required=True),
)

# 文明护卫队: stretches of pavement to be walked along, on some weekdays. segments: ids as analysis/cells.py names them
# (street:25); weekdays: "0123456". roster_id: whose slots it serves.
guard_round = Table(
    "guard_round",
    metadata,
    key(),
    Column("name", Text, nullable=False),
    Column("segments", Document, nullable=False),
    Column("shift", String(8), nullable=False),
    Column("weekdays", String(7), nullable=False),
    Column("from_day", Date, nullable=False),
    Column("until_day", Date),
    ref("place_id", "place", index=True),
    ref("roster_id", "roster", index=True),
    ref("made_by", "person"),
    time("made_at", required=True),
    time("ended_at"),
)

# A round that was walked without a phone, as somebody said afterwards: when, along which stretches, not by whom.
guard_round_walk = Table(
    "guard_round_walk",
    metadata,
    key(),
    ref("round_id", "guard_round", required=True, index=True),
    Column("day", Date, nullable=False),
    Column("segments", Document, nullable=False),
    time("at", required=True, index=True),
    ref("made_by", "person"),
    time("made_at", required=True),
    time("withdrawn_at"),
)

# One person walking a published plan; what was done of it is for nobody but them to see.
patrol_walk = Table(
    "patrol_walk",
    metadata,
    key(),
    ref("plan_id", "patrol_plan", required=True, index=True),
    ref("person_id", "person", required=True, index=True),
    time("started_at", required=True),
    time("ended_at"),
    UniqueConstraint("plan_id", "person_id"),
)

# A stop of a walk, in the order it was met. outcome: done | skipped; reason: of a skipped one. segments: the stretches
# passed on the way there since the stop before; coverage counts them without asking whose they are.
patrol_step = Table(
    "patrol_step",
    metadata,
    key(),
    ref("walk_id", "patrol_walk", required=True, index=True),
    Column("ref", String(60), nullable=False),
    Column("outcome", String(8), nullable=False),
    Column("reason", String(16)),
    Column("text", Text),
    Column("segments", Document, nullable=False),
    time("at", required=True, index=True),
    time("withdrawn_at"),
)
