"""What is done about a case: tasks, notes, attempts to reach somebody, extensions, reopenings, allowed times."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table, Text

from mapsvc.store.tables.base import Document, key, metadata, ref, time

# origin: manual | response | agreement | same_building | playbook; role: worker | secretary | committee | property |
# merchant | owner | volunteer | office | other (who is to do it, owner_name says who that is).
# party_id: of the council; amount_fen: money of an agreement, in hundredths of a yuan; shop_id: the door to look at
# (same_building); phase, step_no, repeats: of a playbook's step.
task = Table(
    "task",
    metadata,
    key(),
    ref("case_id", "case_file", index=True),
    ref("council_id", "council", index=True),
    ref("party_id", "council_party"),
    ref("response_id", "response"),
    ref("run_id", "playbook_run", index=True),
    ref("shop_id", "shop", index=True),
    Column("origin", String(16), nullable=False),
    Column("phase", String(16)),
    Column("step_no", Integer),
    Column("repeats", String(16)),
    Column("text", Text, nullable=False),
    Column("role", String(12), nullable=False),
    ref("owner_id", "person"),
    Column("owner_name", Text),
    Column("amount_fen", BigInteger),
    time("due_at", index=True),
    time("done_at"),
    ref("done_by", "person"),
    Column("proof", Text),
    time("cancelled_at"),
    Column("cancel_reason", Text),
    ref("made_by", "person"),
    time("made_at", required=True),
)

case_note = Table(
    "case_note",
    metadata,
    key(),
    ref("case_id", "case_file", required=True, index=True),
    Column("text", Text, nullable=False),
    ref("actor_id", "person"),
    time("at", required=True),
)

# party: owner | upstairs | committee | property | owners_committee | merchant | caller | other;
# way: phone | visit | neighbour | message | property | other; result: reached | no_answer | wrong_number | told_on |
# refused | not_there.
contact_attempt = Table(
    "contact_attempt",
    metadata,
    key(),
    ref("case_id", "case_file", index=True),
    ref("response_id", "response", index=True),
    ref("ticket_id", "ticket", index=True),
    Column("party", String(20), nullable=False),
    Column("party_name", Text),
    Column("way", String(12), nullable=False),
    Column("result", String(16), nullable=False),
    Column("note", Text),
    Column("next_step", Text),
    time("next_at"),
    ref("actor_id", "person"),
    time("at", required=True),
)

# 申请延期 of a case or a ticket: asked for, then granted or refused.
extension = Table(
    "extension",
    metadata,
    key(),
    ref("case_id", "case_file", index=True),
    ref("ticket_id", "ticket", index=True),
    Column("reason", Text, nullable=False),
    time("until_at", required=True),
    ref("asked_by", "person"),
    time("asked_at", required=True),
    time("decided_at"),
    ref("decided_by", "person"),
    Column("is_granted", Boolean),
    Column("decision", Text),
)

# Filed by an effect check that found it back or somebody unhappy; taken up or refused by the secretary.
reopening = Table(
    "reopening",
    metadata,
    key(),
    ref("case_id", "case_file", required=True, index=True),
    ref("check_id", "effect_check"),
    Column("reason", Text, nullable=False),
    ref("filed_by", "person"),
    time("filed_at", required=True),
    time("decided_at"),
    ref("decided_by", "person"),
    Column("is_accepted", Boolean),
    Column("decision", Text),
)

# The office's own allowed times; what is not here is as shipped with the kinds. severity "" means any.
limit_rule = Table(
    "limit_rule",
    metadata,
    Column("kind", String(16), primary_key=True),
    Column("severity", String(8), primary_key=True),
    Column("calendar", String(16), nullable=False),
    Column("limit_min", Integer),
    ref("changed_by", "person"),
    time("changed_at", required=True),
)

# 办理时限 set for one case by hand: what was, what is, and why.
limit_change = Table(
    "limit_change",
    metadata,
    key(),
    ref("case_id", "case_file", required=True, index=True),
    Column("before", Document),
    Column("after", Document, nullable=False),
    Column("reason", Text, nullable=False),
    ref("actor_id", "person"),
    time("at", required=True),
)

# What came of it: result: gone | better | same | worse | back; satisfaction: satisfied | fair | unsatisfied, as the
# merchant said it (told_by: merchant | resident | seen).
effect_check = Table(
    "effect_check",
    metadata,
    key(),
    ref("case_id", "case_file", index=True),
    ref("run_id", "playbook_run", index=True),
    ref("place_id", "place", index=True),
    ref("shop_id", "shop", index=True),
    ref("visit_id", "visit"),
    Column("result", String(8), nullable=False),
    Column("satisfaction", String(12)),
    Column("told_by", String(12)),
    Column("note", Text),
    ref("actor_id", "person"),
    time("at", required=True),
    time("received_at", required=True),
    Index("ix_effect_check_at", "at"),
)
