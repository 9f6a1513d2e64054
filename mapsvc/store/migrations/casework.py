"""Version 3: casework."""

from sqlalchemy import Connection, Table

from mapsvc.store.migrations import columns, open_work, triggers
from mapsvc.store.tables import (
    account,
    case_file,
    case_note,
    contact_attempt,
    context_event,
    council,
    council_party,
    effect_check,
    extension,
    feed,
    issue,
    limit_change,
    limit_rule,
    need,
    notice,
    order_step,
    photo,
    playbook,
    playbook_run,
    private_note,
    promise,
    register_change,
    register_entry,
    reopening,
    report,
    response,
    response_party,
    roster,
    roster_slot,
    slot_sign_up,
    task,
    ticket,
    watch,
    work_order,
)  # fmt: skip

# In an order in which each finds what it points to.
TABLES = (
    playbook, playbook_run, response, response_party, council_party, private_note, task, case_note, ticket,
    contact_attempt, extension, effect_check, reopening, limit_rule, limit_change, work_order, order_step, notice,
    roster, roster_slot, slot_sign_up, watch, report, feed, register_change,
)  # fmt: skip
COLUMNS: tuple[tuple[Table, tuple[str, ...]], ...] = (
    (case_file, ("severity", "self_correct_by", "reopen_count", "reopened_at")),
    (issue, ("joined_at",)),
    (context_event, ("place_id", "made_by", "made_at", "withdrawn_at")),
    (council, ("state", "mediator_id", "way_out", "version", "made_by", "made_at", "agreed_at")),
    (need, ("handler_id", "handler_name", "due_at", "case_id", "outcome", "told_at")),
    (promise, ("case_id", "told_at")),
    (account, ("unit",)),
    (register_entry, ("version",)),
    (photo, ("owner_type", "owner_id", "purpose")),
)
INDEXES = ("ix_photo_owner_id",)


def add(conn: Connection) -> None:
    """The tables of casework, what older tables tell about it, and the revisions they raise."""
    columns.add(conn, COLUMNS)
    for table in TABLES:
        table.create(conn)
    for index in (i for table, _ in COLUMNS for i in table.indexes if i.name in INDEXES):
        index.create(conn)
    open_work.add(conn)
    told = {table.name for table in TABLES} | {"council", "context_event"}
    triggers.add(conn, [raised for raised in triggers.RAISES if raised[0] in told], ["casework"])
