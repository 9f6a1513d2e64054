"""Version 5: patrols changed by hand, walked on the phone, and what they go by."""

from sqlalchemy import Connection

from mapsvc.store.migrations import columns, triggers
from mapsvc.store.tables import (
    guard_round,
    guard_round_walk,
    patrol_edition,
    patrol_pin,
    patrol_plan,
    patrol_step,
    patrol_walk,
    patrol_walker,
    patrol_weight,
    quiet_hours,
)

# In an order in which each finds what it points to.
TABLES = (
    patrol_edition, patrol_weight, patrol_pin, quiet_hours, patrol_walker, guard_round, guard_round_walk, patrol_walk,
    patrol_step,
)  # fmt: skip
COLUMNS = ((patrol_plan, ("edition", "published_plan", "published_edition")),)


def add(conn: Connection) -> None:
    """The tables, the plan's editions, and the revision they raise; what was handed out stays handed out."""
    columns.add(conn, COLUMNS)
    conn.execute(
        patrol_plan.update()
        .where(patrol_plan.c.published_at.is_not(None))
        .values(published_plan=patrol_plan.c.plan, published_edition=1)
    )
    for table in TABLES:
        table.create(conn)
    told = {table.name for table in TABLES}
    triggers.add(conn, [raised for raised in triggers.RAISES if raised[0] in told], ["walks"])
