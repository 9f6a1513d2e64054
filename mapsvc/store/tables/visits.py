"""Visits, needs, promises and enquiries."""

from sqlalchemy import Boolean, Column, Float, Index, Integer, String, Table, Text

from mapsvc.store.tables.base import UtcTime, key, metadata, ref, time

# kind: regular | special | follow_up; outcome: met | closed | changed; source: app | ledger | demo;
# happened_at is the worker's tap, received_at the server's clock.
visit = Table(
    "visit",
    metadata,
    key(),
    ref("shop_id", "shop", required=True),
    ref("tenancy_id", "tenancy"),
    ref("worker_id", "person"),
    Column("kind", String(12), nullable=False),
    Column("outcome", String(12), nullable=False),
    Column("note", Text),
    Column("satisfaction", String(12)),
    Column("wants_follow_up", Boolean),
    Column("checked_by", String(8), nullable=False, default="none", server_default="none"),
    Column("check_distance_m", Float),
    Column("source", String(8), nullable=False),
    time("happened_at", required=True, index=True),
    time("received_at", required=True),
    Index("ix_visit_shop_id_outcome_happened_at", "shop_id", "outcome", "happened_at"),
)

# handler_id or handler_name: who sees to it, by due_at; case_id: the case it became (攻坚办); outcome: what came of it;
# told_at: when the merchant was told.
# topic: a name of need_topics; way: on_the_spot | handed_on | hard_case | explained | null (still open).
need = Table(
    "need",
    metadata,
    key(),
    ref("shop_id", "shop", required=True, index=True),
    ref("tenancy_id", "tenancy"),
    ref("visit_id", "visit", index=True),
    Column("topic", String(40)),
    Column("text", Text, nullable=False),
    Column("way", String(16)),
    time("voiced_at", required=True),
    time("settled_at"),
    Column("handler_id", String(36)),
    Column("handler_name", Text),
    Column("due_at", UtcTime),
    Column("case_id", String(36)),
    Column("outcome", Text),
    Column("told_at", UtcTime),
)

promise = Table(
    "promise",
    metadata,
    key(),
    ref("shop_id", "shop", required=True, index=True),
    ref("tenancy_id", "tenancy"),
    ref("visit_id", "visit", index=True),
    ref("issue_id", "issue"),
    ref("promised_by", "person"),
    Column("text", Text, nullable=False),
    time("promised_at", required=True),
    time("due_at", index=True),
    time("kept_at"),
    time("withdrawn_at"),
    Column("case_id", String(36)),
    Column("told_at", UtcTime),
)

# card_id: asked on the card's page: secretary and assigned worker read it, nobody else. due_at: 1 working day, kept at
# asking; null for what was imported. policy_id: the entry it was answered with. need_id, case_id, promise_id: what it
# was turned into. is_held: beyond what one card usually asks, shown folded. rating: helped | partly | not, from the
# merchant's page only. closed_at: settled, answered or not. made_by: who of the staff wrote it down.
enquiry = Table(
    "enquiry",
    metadata,
    key(),
    ref("shop_id", "shop", index=True),
    ref("tenancy_id", "tenancy"),
    Column("channel", String(20)),
    Column("topic", String(40)),
    Column("text", Text, nullable=False),
    time("asked_at", required=True, index=True),
    Column("answer", Text),
    time("answered_at"),
    Column("card_id", String(36)),
    Column("contact_name", String(40)),
    Column("contact_phone", String(40)),
    Column("received_at", UtcTime),
    Column("due_at", UtcTime),
    Column("policy_id", String(40)),
    Column("answered_by", String(36)),
    Column("is_urgent", Boolean, nullable=False, default=False, server_default="0"),
    Column("is_held", Boolean, nullable=False, default=False, server_default="0"),
    Column("need_id", String(36)),
    Column("case_id", String(36)),
    Column("promise_id", String(36)),
    Column("closed_at", UtcTime),
    Column("rating", String(8)),
    Column("rating_text", Text),
    Column("rated_at", UtcTime),
    Column("version", Integer, nullable=False, default=0, server_default="0"),
    Column("made_by", String(36)),
)
