"""Words of tasks on the timeline: done with what proof, or given up and why."""

from collections.abc import Sequence

from sqlalchemy import Connection

from mapsvc.domain.history import Words
from mapsvc.domain.tasks import Task, TaskOrigin
from mapsvc.store import shops, tasks
from mapsvc.store.events import Event

_TITLES: dict[TaskOrigin, str] = {TaskOrigin.AGREEMENT: "履行", TaskOrigin.SAME_BUILDING: "举一反三"}


def load(conn: Connection, events: Sequence[Event]) -> dict[int, Words]:
    """Words by id of the event."""
    found = tasks.by_ids(conn, (e.ref for e in events))
    looked_at = (t.shop_id for t in found.values() if t.origin is TaskOrigin.SAME_BUILDING)
    doors = {shop.id: shop.location.address or shop.code for shop in shops.by_ids(conn, looked_at).values()}
    return {e.id: task_words(found[e.ref], doors.get(found[e.ref].shop_id or "")) for e in events if e.ref in found}


def task_words(task: Task, door: str | None = None) -> Words:
    """履行 · 更换排水管: what was shown for it; of a look at another door which one."""
    name = _TITLES.get(task.origin, "任务")
    if task.cancelled_at is not None:
        return Words(f"{name} · 取消", f"{task.text} · {task.cancel_reason}", state="cancelled")
    if task.done_at is None:
        return Words(f"{name} · 待办", f"{task.text} · {task.who}", state="open")
    if door:
        return Words(f"{name} · 看过了", f"{door}：{task.proof or task.text}", state="done")
    detail = [f"{task.text}（{task.who}）", task.proof]
    return Words(f"{name} · 办好了", " · ".join(part for part in detail if part), state="done")
