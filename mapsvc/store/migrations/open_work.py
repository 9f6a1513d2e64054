"""Indexes over what is still to be done: it is little, however much was done before."""

from sqlalchemy import Connection

# In plain SQL: naming PostgreSQL's option in the tables would load its dialect at every start.
INDEXES = (
    "CREATE INDEX ix_task_open ON task (due_at) WHERE done_at IS NULL AND cancelled_at IS NULL",
    "CREATE INDEX ix_promise_open ON promise (due_at) WHERE kept_at IS NULL AND withdrawn_at IS NULL",
    "CREATE INDEX ix_promise_untold ON promise (kept_at) WHERE told_at IS NULL AND withdrawn_at IS NULL",
    "CREATE INDEX ix_need_open ON need (due_at) WHERE settled_at IS NULL",
    "CREATE INDEX ix_case_file_return_open ON case_file (state, return_visit_due_at) WHERE return_visited_at IS NULL",
    "CREATE INDEX ix_extension_open ON extension (asked_at) WHERE decided_at IS NULL",
    "CREATE INDEX ix_reopening_open ON reopening (filed_at) WHERE decided_at IS NULL",
    "CREATE INDEX ix_issue_joined ON issue (joined_at) WHERE joined_at IS NOT NULL",
    "CREATE INDEX ix_case_file_merged ON case_file (merged_into) WHERE merged_into IS NOT NULL",
    "CREATE INDEX ix_need_case_id ON need (case_id)",
    "CREATE INDEX ix_promise_case_id ON promise (case_id)",
)

NAMES = tuple(statement.split()[2] for statement in INDEXES)


def add(conn: Connection) -> None:
    """Make them."""
    for statement in INDEXES:
        conn.exec_driver_sql(statement)
