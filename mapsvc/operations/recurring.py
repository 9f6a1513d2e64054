"""Tasks that come again: the next is made when one is done, as long as its run goes on."""

from datetime import datetime
from uuid import uuid4

from sqlalchemy import Connection

from mapsvc.domain.actors import Actor
from mapsvc.domain.playbooks import next_repeat
from mapsvc.domain.tasks import Task
from mapsvc.store import audit, playbooks, tasks


def make_next(conn: Connection, actor: Actor, done: Task, at: datetime) -> Task | None:
    """The task that follows `done`, in the transaction that finished it; None where nothing follows or waits."""
    following = next_repeat(done, str(uuid4()), at)
    if following is None or done.run_id is None:
        return None
    run = playbooks.run_by_id(conn, done.run_id)
    waits = any(t.is_open and t.step_no == done.step_no for t in tasks.of_run(conn, done.run_id))
    if run is None or not run.is_on or waits:
        return None
    tasks.add(conn, following)
    audit.append(conn, actor, "add_task", "task", following.id, None, following, at)
    return following
