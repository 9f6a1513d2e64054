"""Tasks in the store."""

from collections.abc import Collection, Iterable
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, insert, nulls_last, or_, select, update

from mapsvc.domain.tasks import Task, TaskOrigin, TaskRole
from mapsvc.store.rows import by_ids as rows_by_ids
from mapsvc.store.tables import playbook_run, task

_FIELDS = tuple(f.name for f in fields(Task) if f.name not in {"origin", "role"})


def from_row(row: Row[Any]) -> Task:
    """A task from a row of table task."""
    values = {name: getattr(row, name) for name in _FIELDS}
    return Task(**values, origin=TaskOrigin(row.origin), role=TaskRole(row.role))


def by_id(conn: Connection, task_id: str) -> Task | None:
    """The task with this id."""
    row = conn.execute(select(task).where(task.c.id == task_id)).first()
    return from_row(row) if row else None


def by_ids(conn: Connection, ids: Iterable[str | None]) -> dict[str, Task]:
    """Tasks by id; unknown ids are left out."""
    return {row.id: from_row(row) for row in rows_by_ids(conn, task, ids)}


def of_case(conn: Connection, case_id: str) -> list[Task]:
    """Tasks of a case: the open ones first, the next due first; those done last, the last done at the end."""
    return _all(conn, select(task).where(task.c.case_id == case_id))


def of_councils(conn: Connection, council_ids: Collection[str]) -> dict[str, list[Task]]:
    """The same of several councils; those without any are left out."""
    found: dict[str, list[Task]] = {}
    if council_ids:
        for one in _all(conn, select(task).where(task.c.council_id.in_(sorted(council_ids)))):
            found.setdefault(one.council_id or "", []).append(one)
    return found


def count_by_council(conn: Connection, council_ids: Collection[str]) -> dict[str, int]:
    """How many tasks came of each council."""
    return {council_id: len(some) for council_id, some in of_councils(conn, council_ids).items()}


def of_run(conn: Connection, run_id: str) -> list[Task]:
    """Tasks of a playbook's run, in the order of `of_case`."""
    return _all(conn, select(task).where(task.c.run_id == run_id))


def due_between(conn: Connection, since: datetime | None, until: datetime) -> list[Task]:
    """Open tasks due from `since` (None: however long ago) until before `until`, the next due first."""
    ask = _open().where(task.c.due_at.is_not(None), task.c.due_at < until)
    return _all(conn, ask.where(task.c.due_at >= since) if since else ask)


def open_of_unit(conn: Connection, unit: str) -> list[Task]:
    """Open tasks of a committee or company, as the register names it, the next due first."""
    return _all(conn, _open().where(task.c.owner_name == unit, task.c.role.in_(("committee", "property"))))


def open_of_person(conn: Connection, person_id: str) -> list[Task]:
    """Open tasks of one of the staff, the next due first."""
    return _all(conn, _open().where(task.c.owner_id == person_id))


def open_of_shops(conn: Connection, shop_ids: Collection[str], origin: TaskOrigin) -> list[Task]:
    """Open tasks of this origin that are about these doors, the next due first."""
    if not shop_ids:
        return []
    return _all(conn, _open().where(task.c.origin == origin, task.c.shop_id.in_(sorted(shop_ids))))


def looks_at(conn: Connection, shop_ids: Collection[str], since: datetime) -> list[Task]:
    """Looks at these doors because of another, open or done `since`, the next due first."""
    if not shop_ids:
        return []
    ask = select(task).where(
        task.c.origin == TaskOrigin.SAME_BUILDING,
        task.c.cancelled_at.is_(None),
        or_(task.c.done_at.is_(None), task.c.done_at >= since),
        task.c.shop_id.in_(sorted(shop_ids)),
    )
    return _all(conn, ask)


def add(conn: Connection, new: Task) -> None:
    """Store a new task."""
    conn.execute(insert(task).values(**asdict(new)))


def replace(conn: Connection, changed: Task) -> None:
    """Write a task that was finished, cancelled or taken up again."""
    conn.execute(update(task).where(task.c.id == changed.id).values(**asdict(changed)))


def place_of_run(conn: Connection, run_id: str) -> dict[str, str | None]:
    """Where a playbook runs: shop_id, place_id, location_id, case_id."""
    columns = (playbook_run.c.shop_id, playbook_run.c.place_id, playbook_run.c.location_id, playbook_run.c.case_id)
    row = conn.execute(select(*columns).where(playbook_run.c.id == run_id)).mappings().first()
    return dict(row) if row else {}


def began_at(conn: Connection, run_id: str) -> datetime | None:
    """When a playbook's run began."""
    found: datetime | None = conn.execute(
        select(playbook_run.c.started_at).where(playbook_run.c.id == run_id)
    ).scalar_one_or_none()
    return found


def _open() -> Select[Any]:
    return select(task).where(task.c.done_at.is_(None), task.c.cancelled_at.is_(None))


def _all(conn: Connection, ask: Select[Any]) -> list[Task]:
    found = conn.execute(ask.order_by(nulls_last(task.c.due_at), task.c.made_at, nulls_last(task.c.step_no), task.c.id))
    return sorted((from_row(row) for row in found), key=lambda t: not t.is_open)
