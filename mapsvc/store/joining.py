"""What hangs on a case besides its issues, when it is merged into another, in the store."""

from collections.abc import Mapping

from sqlalchemy import Connection, Table, select, update

from mapsvc.store.tables import (
    case_file,
    case_note,
    contact_attempt,
    council,
    escalation,
    need,
    playbook_run,
    promise,
    response,
    task,
    ticket,
    work_order,
)

# What follows to the surviving case, and what has begun on its own and must be ended or merged the other way round.
_FOLLOWS: tuple[Table, ...] = (ticket, need, promise, case_note, contact_attempt, escalation)
_STANDS: Mapping[str, Table] = {
    "红色响应": response,
    "议事会": council,
    "派单": work_order,
    "任务": task,
    "治理样板": playbook_run,
}


def stands_on(conn: Connection, case_id: str) -> list[str]:
    """What of its own a case has, in words: such a case is merged into by others, not away."""
    return [
        name
        for name, table in _STANDS.items()
        if conn.execute(select(table.c.id).where(table.c.case_id == case_id).limit(1)).first()
    ]


def hand_over(conn: Connection, case_id: str, into: str) -> None:
    """Let what follows a case hang on its survivor, and cases that were merged into it point to the survivor too."""
    for table in _FOLLOWS:
        conn.execute(update(table).where(table.c.case_id == case_id).values(case_id=into))
    conn.execute(update(case_file).where(case_file.c.merged_into == case_id).values(merged_into=into))
