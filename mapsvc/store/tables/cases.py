"""Issues and their cases, the steps taken, escalations and what happened around."""

from sqlalchemy import Boolean, Column, Float, Index, Integer, String, Table, Text

from mapsvc.store.tables.base import UtcTime, key, metadata, ref, time

# The case owns state, clock and version: one from an issue's first second.
# state: reported | self_correcting | dispatched | handling | verifying | closed | rejected | suspended
# severity: minor | normal | serious | danger (life safety); self_correct_by: until when 自行整改 may take.
# calendar: clock (自然时) | working_hours (工作时) | working_days (工作日)
case_file = Table(
    "case_file",
    metadata,
    key(),
    Column("state", String(16), nullable=False),
    Column("version", Integer, nullable=False, default=1, server_default="1"),
    Column("suspended_from", String(16)),
    Column("handler", Text),
    Column("calendar", String(16), nullable=False),
    Column("limit_min", Integer),
    time("opened_at", required=True),
    time("due_at", index=True),
    time("paused_at"),
    Column("paused_min", Integer, nullable=False, default=0, server_default="0"),
    time("closed_at", index=True),
    time("return_visit_due_at"),
    time("return_visited_at"),
    Column("rework_count", Integer, nullable=False, default=0, server_default="0"),
    Column("is_supervised", Boolean, nullable=False, default=False, server_default="0"),
    Column("is_imported", Boolean, nullable=False, default=False, server_default="0"),
    ref("merged_into", "case_file"),
    Column("severity", String(8)),
    Column("self_correct_by", UtcTime),
    Column("reopen_count", Integer, nullable=False, default=0, server_default="0"),
    Column("reopened_at", UtcTime),
    Index("ix_case_file_state_due_at", "state", "due_at"),
)

# kind: a code of issue_kinds; source: patrol | visit | resident | merchant | hotline | card | app;
# number: the ledger's or the program's own, shown to people; lon/lat stand in the location.
# joined_at: when it joined a case that another issue had opened; of each case one issue has none.
issue = Table(
    "issue",
    metadata,
    key(),
    Column("number", String(40), nullable=False, unique=True),
    ref("case_id", "case_file", required=True, index=True),
    ref("location_id", "location", required=True, index=True),
    ref("shop_id", "shop", index=True),
    ref("place_id", "place", index=True),
    ref("visit_id", "visit"),
    ref("reporter_id", "person"),
    Column("kind", String(16), nullable=False),
    Column("source", String(12), nullable=False),
    Column("description", Text),
    Column("note", Text),
    Column("severity", String(8)),
    Column("joined_at", UtcTime),
    time("happened_at", required=True, index=True),
    time("received_at", required=True),
    Index("ix_issue_kind_happened_at", "kind", "happened_at"),
)

case_step = Table(
    "case_step",
    metadata,
    key(),
    ref("case_id", "case_file", required=True, index=True),
    Column("from_state", String(16)),
    Column("to_state", String(16), nullable=False),
    Column("reason", Text),
    ref("actor_id", "person"),
    Column("version", Integer, nullable=False),
    time("at", required=True),
)

escalation = Table(
    "escalation",
    metadata,
    key(),
    ref("case_id", "case_file", required=True, index=True),
    Column("kind", String(12), nullable=False),
    Column("reason", Text),
    ref("actor_id", "person"),
    time("at", required=True),
    time("lifted_at"),
)

# 诱因: renovation, bins removed, works, term start; where: a location, or a circle of radius_m around it.
context_event = Table(
    "context_event",
    metadata,
    key(),
    ref("location_id", "location"),
    Column("kind", String(20), nullable=False),
    Column("text", Text, nullable=False),
    Column("radius_m", Float),
    time("from_at", required=True),
    time("until_at"),
    Column("place_id", String(36)),
    Column("made_by", String(36)),
    Column("made_at", UtcTime),
    Column("withdrawn_at", UtcTime),
)
