"""Patrol plans."""

from sqlalchemy import Column, Date, Index, Integer, String, Table

from mapsvc.store.tables.base import Document, key, metadata, ref, time

# plan: the whole Plan of domain/patrol.py as a document; input_hash names what it was computed from.
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
    Index("ix_patrol_plan_day_shift", "day", "shift"),
)
