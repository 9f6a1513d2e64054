"""早发现 and 早介入: alarms and what was tested for them, rain, storms and the doors at risk, fitted parameters."""

from sqlalchemy import Boolean, Column, Date, Float, Integer, String, Table, Text, UniqueConstraint

from mapsvc.store.tables.base import Document, key, metadata, ref, time

# One row per time an alarm was run: how much was tested, what stood out, how much of that the budget let through.
# until_day: the last day that was looked at. detail: per rule tested, found, shown; methods and seeds.
alert_run = Table(
    "alert_run",
    metadata,
    key(),
    Column("until_day", Date, nullable=False, index=True),
    time("made_at", required=True),
    Column("tested", Integer, nullable=False),
    Column("found", Integer, nullable=False),
    Column("shown", Integer, nullable=False),
    Column("budget", Integer, nullable=False),
    Column("detail", Document),
)

# Every warning there is, of places and of services. rule: outbreak | relapse | rise | topic | window | last_year.
# subject: what it is about, the same for the same trouble: relapse:PD0001, rise:06010. state: open | held (over the
# budget) | accepted | dismissed | over. decision: case | playbook | watch | campaign | noted, decided_ref what it
# became (of an explained one: the context event); for dismissed the reason: known | explained | wrong | small | other,
# with words. evidence: method, window, n, seed, counts, expected, interval, p, q, ids of the reports.
alert = Table(
    "alert",
    metadata,
    key(),
    ref("run_id", "alert_run", index=True),
    Column("rule", String(20), nullable=False),
    Column("subject", String(160), nullable=False, index=True),
    Column("state", String(12), nullable=False, index=True),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("evidence", Document, nullable=False),
    Column("p", Float, nullable=False),
    Column("q", Float, nullable=False),
    Column("from_day", Date, nullable=False),
    Column("until_day", Date, nullable=False),
    time("raised_at", required=True, index=True),
    time("seen_again_at"),
    Column("kind", String(8)),
    Column("topic", String(40)),
    ref("place_id", "place", index=True),
    ref("shop_id", "shop", index=True),
    # No reference: a warning outlives the spot of a report that an undone import takes with it.
    Column("location_id", String(36)),
    ref("case_id", "case_file", index=True),
    Column("decision", String(12)),
    Column("decided_ref", String(36)),
    Column("reason", String(20)),
    Column("reason_text", Text),
    ref("decided_by", "person"),
    time("decided_at"),
    Column("version", Integer, nullable=False, default=0, server_default="0"),
)

rainfall = Table(
    "rainfall",
    metadata,
    key(),
    Column("day", Date, nullable=False),
    Column("station", String(40), nullable=False, default="", server_default=""),
    Column("mm", Float, nullable=False),
    ref("made_by", "person"),
    time("made_at", required=True),
    UniqueConstraint("day", "station"),
)

# kind: rain | typhoon. is_coming: announced (else it has just fallen). ended_at: the list is closed.
storm = Table(
    "storm",
    metadata,
    key(),
    Column("kind", String(12), nullable=False),
    Column("is_coming", Boolean, nullable=False),
    Column("expected_mm", Float),
    time("from_at", required=True),
    time("until_at"),
    Column("text", Text),
    ref("made_by", "person"),
    time("made_at", required=True),
    time("ended_at"),
)

# A door (shop or place) that may get wet. points: how likely beside the others (0: put on the list by hand); why: its
# own past leaks and its neighbours', in words and in numbers. outcome: ok | leak | closed | not_needed, where somebody
# said so; a call recorded there since, or a leak reported, says it without.
storm_door = Table(
    "storm_door",
    metadata,
    key(),
    ref("storm_id", "storm", required=True, index=True),
    ref("shop_id", "shop", index=True),
    ref("place_id", "place"),
    ref("location_id", "location"),
    Column("building", Text),
    Column("rank", Integer, nullable=False),
    Column("points", Float, nullable=False),
    Column("why", Document, nullable=False),
    time("seen_at"),
    ref("seen_by", "person"),
    Column("outcome", String(12)),
    UniqueConstraint("storm_id", "location_id", "shop_id", "place_id"),
)

# What was chosen by trying it on the office's own past, and how well it did. name: priority | alarms.
fit = Table(
    "fit",
    metadata,
    key(),
    Column("name", String(20), nullable=False, index=True),
    Column("until_day", Date, nullable=False),
    time("made_at", required=True),
    Column("chosen", Document, nullable=False),
    Column("figures", Document, nullable=False),
)
