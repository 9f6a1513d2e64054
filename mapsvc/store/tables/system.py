"""History, audit, revisions, jobs, photos and the calendar of working days."""

from sqlalchemy import BigInteger, Boolean, Column, Date, Index, Integer, String, Table, Text

from mapsvc.store.tables.base import Document, key, metadata, ref, time

_counter = BigInteger().with_variant(Integer, "sqlite")

# Append-only. type: visit need promise issue case_step response council agreement playbook order ticket enquiry
# campaign tenancy correction; ref: id of the thing in its own table, which holds the words.
event = Table(
    "event",
    metadata,
    Column("id", _counter, primary_key=True, autoincrement=True),
    Column("type", String(12), nullable=False),
    Column("ref", String(36), nullable=False),
    ref("location_id", "location"),
    ref("shop_id", "shop"),
    ref("place_id", "place"),
    ref("tenancy_id", "tenancy"),
    ref("case_id", "case_file"),
    ref("actor_id", "person"),
    time("at", required=True),
    Index("ix_event_shop_id_at", "shop_id", "at", "id"),
    Index("ix_event_place_id_at", "place_id", "at", "id"),
    Index("ix_event_case_id_at", "case_id", "at", "id"),
    Index("ix_event_location_id_at", "location_id", "at", "id"),
    Index("ix_event_ref", "ref"),
)

# hash = SHA-256 over previous hash and this row: a chain. Hashes of before and after, never the values.
# id counts from 1 without a gap.
audit = Table(
    "audit",
    metadata,
    Column("id", _counter, primary_key=True, autoincrement=False),
    time("at", required=True),
    Column("actor_id", String(36)),
    Column("actor_role", String(12), nullable=False),
    Column("action", String(40), nullable=False),
    Column("record_type", String(24), nullable=False),
    Column("record_id", String(64), nullable=False),
    Column("before_hash", String(64)),
    Column("after_hash", String(64)),
    Column("hash", String(64), nullable=False),
    Index("ix_audit_record_type_record_id", "record_type", "record_id"),
)

# One row: length and last hash of the chain, so that a cut tail is seen.
audit_head = Table(
    "audit_head",
    metadata,
    Column("n", _counter, primary_key=True, autoincrement=False),
    Column("hash", String(64), nullable=False),
)

# One row per append-only table; lifted only inside a transaction of retention, undo or erasure.
guard = Table(
    "guard",
    metadata,
    Column("name", String(12), primary_key=True),
    Column("is_lifted", Boolean, nullable=False, default=False, server_default="0"),
)

revision = Table(
    "revision",
    metadata,
    Column("layer", String(40), primary_key=True),
    Column("n", _counter, nullable=False, default=0, server_default="0"),
)

# state: queued | running | done | failed | cancelled
job = Table(
    "job",
    metadata,
    key(),
    Column("kind", String(40), nullable=False),
    Column("state", String(12), nullable=False, index=True),
    Column("payload", Document, nullable=False),
    Column("progress", Integer, nullable=False, default=0, server_default="0"),
    Column("message", Text),
    Column("result", Document),
    Column("attempts", Integer, nullable=False, default=0, server_default="0"),
    Column("wants_cancel", Boolean, nullable=False, default=False, server_default="0"),
    Column("runner", String(64)),
    ref("made_by", "person"),
    time("made_at", required=True),
    time("run_at", required=True),
    time("lease_until"),
    time("heartbeat_at"),
    time("ended_at"),
)

# Of a visit, of an issue, or of owner_type: case | order | council | task | place | check | run | chat.
# purpose: before | after | survey | proof.
photo = Table(
    "photo",
    metadata,
    key(),
    Column("sha256", String(64), nullable=False, index=True),
    ref("issue_id", "issue", index=True),
    ref("visit_id", "visit", index=True),
    Column("width_px", Integer, nullable=False),
    Column("height_px", Integer, nullable=False),
    ref("taken_by", "person"),
    time("taken_at", required=True),
    time("removed_at"),
    Column("owner_type", String(12)),
    Column("owner_id", String(36)),
    Column("purpose", String(8)),
    Index("ix_photo_owner_id", "owner_id"),
)

# Days that differ from chinesecalendar's, entered by the office.
calendar_day = Table(
    "calendar_day",
    metadata,
    Column("day", Date, primary_key=True),
    Column("is_working", Boolean, nullable=False),
    Column("note", Text),
)
