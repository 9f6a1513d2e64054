"""红色响应: who was called together for a case, who came; work orders with their links; changes of the register."""

from sqlalchemy import Boolean, Column, String, Table, Text

from mapsvc.store.tables.base import Document, key, metadata, ref, time

response = Table(
    "response",
    metadata,
    key(),
    ref("case_id", "case_file", required=True, index=True),
    Column("reason", Text, nullable=False),
    ref("called_by", "person"),
    time("called_at", required=True),
    time("first_contact_at"),
    time("stood_down_at"),
    ref("stood_down_by", "person"),
    Column("outcome", Text),
)

# role: committee | property | owners_committee | owner | merchant | other. register_id: the entry it was filled from,
# which may be gone since.
response_party = Table(
    "response_party",
    metadata,
    key(),
    ref("response_id", "response", required=True, index=True),
    Column("role", String(20), nullable=False),
    Column("name", Text, nullable=False),
    Column("phone", String(40)),
    Column("register_id", String(36)),
    time("arrived_at"),
    Column("note", Text),
)

# The token is the order's address, like a card's. state: sent | accepted | arrived | waiting | fixed | not_ours |
# withdrawn; to_unit: the company or unit that answers; paused_case: its 要等 has stopped the case's clock.
work_order = Table(
    "work_order",
    metadata,
    key(),
    ref("case_id", "case_file", index=True),
    ref("task_id", "task"),
    ref("run_id", "playbook_run"),
    ref("place_id", "place"),
    Column("number", String(40), nullable=False, unique=True),
    Column("token", String(43), nullable=False, unique=True),
    Column("to_unit", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("state", String(12), nullable=False),
    time("due_at"),
    ref("made_by", "person"),
    time("made_at", required=True),
    time("expires_at", required=True),
    time("closed_at"),
    Column("paused_case", Boolean, nullable=False, default=False, server_default="0"),
)

# action: send | accept | arrive | fixed | wait | go_on | not_ours | withdraw; without actor_id it was pressed on the
# order's page.
order_step = Table(
    "order_step",
    metadata,
    key(),
    ref("order_id", "work_order", required=True, index=True),
    Column("action", String(12), nullable=False),
    Column("reason", Text),
    ref("actor_id", "person"),
    time("at", required=True),
)

# 责任主体 as it was before a change and after it, for undoing: kept for a time only. before is null where an entry
# was added, after where one was taken out.
register_change = Table(
    "register_change",
    metadata,
    key(),
    Column("entry_id", String(36), nullable=False, index=True),
    Column("before", Document),
    Column("after", Document),
    ref("actor_id", "person"),
    time("at", required=True, index=True),
    time("undone_at"),
)
