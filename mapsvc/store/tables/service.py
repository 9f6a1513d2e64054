"""Serving merchants: what became of a question, policies and their windows, chosen topics, campaigns, the exchange."""

from sqlalchemy import Boolean, Column, Date, Index, Integer, String, Table, Text, UniqueConstraint

from mapsvc.store.tables.base import Document, key, metadata, ref, time

# What happened to an enquiry, n counting on in the order in which it happened. kind: referred (转询: whom, until when)
# | replied (what those asked said) | note | answered | turned (into a need, case or promise) | reopened | closed
# (without an answer) | taken_back (the answer) | rated | thanked.
enquiry_step = Table(
    "enquiry_step",
    metadata,
    key(),
    ref("enquiry_id", "enquiry", required=True, index=True),
    Column("n", Integer, nullable=False),
    Column("kind", String(12), nullable=False),
    Column("text", Text),
    Column("to_whom", String(60)),
    time("due_at"),
    time("at", required=True),
    ref("actor_id", "person"),
)

# 常用回复: words to answer with, changed before they are sent.
reply_template = Table(
    "reply_template",
    metadata,
    key(),
    Column("title", String(40), nullable=False),
    Column("text", Text, nullable=False),
    Column("topic", String(40)),
    ref("made_by", "person"),
    time("made_at", required=True),
    time("retired_at"),
)

# id: the entry's short name (kindergarten), never used again for something else. state: live | retired. version: of the
# entry in force, which is `entry` too; valid_*, topic, title: taken out of it to be asked for. position: of the list.
policy = Table(
    "policy",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("topic", String(40), nullable=False, index=True),
    Column("title", Text, nullable=False),
    Column("state", String(8), nullable=False),
    Column("position", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("entry", Document, nullable=False),
    Column("valid_from", Date),
    Column("valid_until", Date),
    Column("is_sample", Boolean, nullable=False, default=False, server_default="0"),
    time("updated_at", required=True),
)

policy_version = Table(
    "policy_version",
    metadata,
    key(),
    Column("policy_id", String(40), nullable=False, index=True),
    Column("version", Integer, nullable=False),
    Column("entry", Document, nullable=False),
    Column("text", Text, nullable=False),
    ref("made_by", "person"),
    time("made_at", required=True),
    UniqueConstraint("policy_id", "version"),
)

# 政策日历: when something can be done. Either dates (opens_on, closes_on; of every year where is_yearly) or weeks
# before an event (event, event_on, opens_weeks_before, closes_weeks_before; event_days: its day in single years).
# lead_days: how long before the merchants are to know. topics, trades: whom it is for. before: what the last change
# replaced, for its undo.
policy_window = Table(
    "policy_window",
    metadata,
    key(),
    Column("code", String(40), nullable=False, unique=True),
    Column("policy_id", String(40)),
    Column("title", Text, nullable=False),
    Column("opens_on", Date),
    Column("closes_on", Date),
    Column("event", Text),
    Column("event_on", Date),
    Column("event_days", Document),
    Column("opens_weeks_before", Integer),
    Column("closes_weeks_before", Integer),
    Column("is_yearly", Boolean, nullable=False),
    Column("lead_days", Integer, nullable=False),
    Column("topics", Document, nullable=False),
    Column("trades", Document, nullable=False),
    Column("before", Document),
    Column("source", Text),
    Column("note", Text),
    Column("is_sample", Boolean, nullable=False, default=False, server_default="0"),
    ref("made_by", "person"),
    time("made_at", required=True),
    time("retired_at"),
    Column("version", Integer, nullable=False, default=1, server_default="1"),
)

# 提前提醒我: a topic a merchant chose; goes with the tenancy. source: merchant | told.
topic_choice = Table(
    "topic_choice",
    metadata,
    key(),
    ref("tenancy_id", "tenancy", required=True, index=True),
    ref("shop_id", "shop", required=True, index=True),
    Column("topic", String(40), nullable=False, index=True),
    Column("source", String(8), nullable=False),
    ref("made_by", "person"),
    time("chosen_at", required=True),
    time("ended_at"),
)

# 政策进商铺. state: draft | running | over. opens_on, closes_on: of the window it is for; until_day: last day of calls.
campaign = Table(
    "campaign",
    metadata,
    key(),
    Column("title", Text, nullable=False),
    Column("topic", String(40), nullable=False),
    Column("state", String(8), nullable=False, index=True),
    ref("alert_id", "alert"),
    Column("policy_id", String(40)),
    Column("window_code", String(40)),
    Column("words", Text, nullable=False),
    Column("opens_on", Date),
    Column("closes_on", Date),
    Column("from_day", Date, nullable=False),
    Column("until_day", Date, nullable=False),
    ref("made_by", "person"),
    time("made_at", required=True),
    time("started_at"),
    time("ended_at"),
    Column("version", Integer, nullable=False, default=1, server_default="1"),
)

# A door it is for. reason: chosen (the topic) | asked | trade | asked_last_year | by_hand, with words in reason_text.
# told_at: it was explained there; uptake: wants | done | not_for_us.
campaign_shop = Table(
    "campaign_shop",
    metadata,
    key(),
    ref("campaign_id", "campaign", required=True, index=True),
    ref("shop_id", "shop", required=True, index=True),
    ref("tenancy_id", "tenancy"),
    Column("reason", String(16), nullable=False),
    Column("reason_text", Text, nullable=False),
    time("added_at", required=True),
    time("removed_at"),
    time("told_at"),
    ref("told_by", "person"),
    ref("visit_id", "visit"),
    Column("uptake", String(12)),
    time("uptake_at"),
    UniqueConstraint("campaign_id", "shop_id"),
)

# 办结公示: a sheet for the street as it was printed, without names.
street_sheet = Table(
    "street_sheet",
    metadata,
    key(),
    Column("title", Text, nullable=False),
    Column("from_day", Date, nullable=False),
    Column("until_day", Date, nullable=False),
    Column("content", Document, nullable=False),
    ref("made_by", "person"),
    time("made_at", required=True),
    time("withdrawn_at"),
)

# What came in from the public surface, by its own id, so that nothing is taken in twice. outcome: taken | refused;
# ref: what it became; is_held: over the usual amount of a card, shown folded.
surface_item = Table(
    "surface_item",
    metadata,
    key(),
    Column("seq", Integer, nullable=False),
    Column("kind", String(12), nullable=False),
    Column("outcome", String(8), nullable=False),
    Column("ref", String(36)),
    Column("reason", Text),
    ref("card_id", "card", index=True),
    Column("is_held", Boolean, nullable=False, default=False, server_default="0"),
    time("said_at", required=True),
    time("taken_at", required=True),
    Index("ix_surface_item_ref", "ref"),
)

# How the exchange with the public surface stands: numbers of letters, how far what was said is taken in, the layout it
# shows, failures. Not among the settings: it changes every few minutes, and nothing that is shown depends on it.
surface_state = Table(
    "surface_state",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("state", Document, nullable=False),
    time("changed_at", required=True),
)
