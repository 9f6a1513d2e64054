"""Version 6: questions answered and rated, policies and their calendar, topics, campaigns, the public surface."""

from sqlalchemy import Connection

from mapsvc.store.migrations import columns, triggers
from mapsvc.store.tables import (
    campaign,
    campaign_shop,
    card,
    enquiry,
    enquiry_step,
    policy,
    policy_version,
    policy_window,
    reply_template,
    street_sheet,
    surface_item,
    surface_state,
    topic_choice,
)

# In an order in which each finds what it points to.
TABLES = (
    enquiry_step, reply_template, policy, policy_version, policy_window, topic_choice, campaign, campaign_shop,
    street_sheet, surface_item, surface_state,
)  # fmt: skip
COLUMNS = (
    (
        enquiry,
        (
            "card_id", "contact_name", "contact_phone", "received_at", "due_at", "policy_id", "answered_by",
            "is_urgent", "is_held", "need_id", "case_id", "promise_id", "closed_at", "rating", "rating_text",
            "rated_at", "version", "made_by",
        ),
    ),
    (card, ("printed_at", "revoked_why")),
)  # fmt: skip
LAYERS = ("policies", "campaigns", "cards")


def add(conn: Connection) -> None:
    """The tables and columns, and the revisions they raise."""
    columns.add(conn, COLUMNS)
    for table in TABLES:
        table.create(conn)
    told = {table.name for table in TABLES} | {"card"}
    triggers.add(conn, [raised for raised in triggers.RAISES if raised[0] in told], LAYERS)
