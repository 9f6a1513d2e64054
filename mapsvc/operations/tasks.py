"""Tasks: added by hand or by an agreement, a response, a playbook; done with proof, cancelled, taken up again."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import uuid4

from sqlalchemy import Connection

from mapsvc.domain import tasks as rules
from mapsvc.domain.actors import Actor
from mapsvc.domain.permissions import Action, may, require
from mapsvc.domain.photos import Photo, PhotoOf
from mapsvc.domain.tasks import TASK_ROLE_NAMES, Task, TaskOrigin, TaskRole
from mapsvc.domain.times import to_second
from mapsvc.errors import NotFound, Refused
from mapsvc.operations.case_around import Around, around
from mapsvc.operations.recurring import make_next
from mapsvc.operations.workspace import Workspace
from mapsvc.store import audit, events, people, photos, shops, tasks


@dataclass(frozen=True)
class NewTask:
    """What is to be done: of a case or of a playbook's run; `owner_id` is one of the staff, `shop_id` a door's id."""

    text: str
    role: TaskRole = TaskRole.WORKER
    case_id: str | None = None
    council_id: str | None = None
    party_id: str | None = None
    response_id: str | None = None
    run_id: str | None = None
    shop_id: str | None = None
    origin: TaskOrigin = TaskOrigin.MANUAL
    phase: str | None = None
    step_no: int | None = None
    repeats: str | None = None
    owner_id: str | None = None
    owner_name: str | None = None
    amount_fen: int | None = None
    due_at: datetime | None = None


@dataclass(frozen=True)
class TaskLine:
    """A task as this reader sees it: texts masked, people by name, what is left of its time in words."""

    task: Task
    text: str
    who: str
    proof: str
    left: str
    is_overdue: bool
    done_by: str | None
    may_finish: bool
    may_cancel: bool
    photos: tuple[Photo, ...]
    shop_code: str | None = None
    where: str = ""
    amount: str = ""


@dataclass(frozen=True)
class CaseTasks:
    """The tasks of a case: `done` of `total` that count, and who a new one may be for (value, words)."""

    items: tuple[TaskLine, ...]
    done: int
    total: int
    may_add: bool
    whom: tuple[tuple[str, str], ...]


def add_task(conn: Connection, ws: Workspace, actor: Actor, new: NewTask) -> Task:
    """Write a task in the caller's transaction, which has asked leave; raises Refused beside the fields."""
    at = to_second(ws.clock())
    belongs = _belongs(conn, new.case_id, new.run_id, at)
    rules.require_sound(new.text, new.due_at, new.amount_fen, belongs.since)
    named = replace(new, text=new.text.strip(), owner_name=_owner_name(conn, new, belongs))
    task = Task(str(uuid4()), made_at=at, made_by=actor.person_id, **vars(named))
    tasks.add(conn, task)
    audit.append(conn, actor, "add_task", "task", task.id, None, task, at)
    return task


def add_case_task(ws: Workspace, actor: Actor, new: NewTask) -> Task:
    """Add a task to a case by hand.

    Raises
    ------
    NotFound, Forbidden
    Refused
        No words, a time before the case's report, an amount below zero.
    """
    require(actor, Action.WORK_CASE, actor.person_id, [actor.unit])
    with ws.write() as conn:
        about = around(conn, new.case_id or "", ws.clock())
        require(actor, Action.WORK_CASE, units=about.units)
        return add_task(conn, ws, actor, replace(new, case_id=about.case_id))


def finish_task(
    ws: Workspace, actor: Actor, task_id: str, proof: str | None = None, at: datetime | None = None
) -> Task:
    """The task was done, now or at `at`.

    Raises
    ------
    NotFound, Forbidden
    Conflict
        If it is no longer open.
    Refused
        A time before the case's report or after now.
    """
    now = to_second(ws.clock())
    with ws.write() as conn:
        before = _get(conn, task_id)
        belongs = _belongs(conn, before.case_id, before.run_id, now)
        require_finish(actor, before, belongs.units)
        return finish_within(conn, actor, before, proof, to_second(at) if at else now, now)


def finish_within(conn: Connection, actor: Actor, before: Task, proof: str | None, at: datetime, now: datetime) -> Task:
    """The task was done at `at`, in the caller's transaction, which has asked leave; raises as `finish_task`."""
    since = _belongs(conn, before.case_id, before.run_id, now).since
    after = rules.finish(before, at, proof, actor.person_id, now, since)
    _write(conn, actor, "finish_task", before, after, now)
    assert after.done_at is not None  # it was finished just now
    _tell(conn, actor, after, after.done_at, now)
    make_next(conn, actor, after, after.done_at)
    return after


def cancel_task(ws: Workspace, actor: Actor, task_id: str, reason: str) -> Task:
    """The task is given up, with a reason.

    Raises
    ------
    NotFound, Forbidden
    Conflict
        If it is no longer open.
    Refused
        Without a reason.
    """
    now = to_second(ws.clock())
    with ws.write() as conn:
        before = _get(conn, task_id)
        require(actor, Action.WORK_CASE, units=_belongs(conn, before.case_id, before.run_id, now).units)
        after = rules.cancel(before, now, reason)
        _write(conn, actor, "cancel_task", before, after, now)
        _tell(conn, actor, after, now, now)
    return after


def undo_task(ws: Workspace, actor: Actor, task_id: str) -> Task:
    """Done or cancelled by mistake: to be done after all; what the history told of it goes.

    Raises
    ------
    NotFound, Forbidden
    Conflict
        If it is still open.
    """
    now = to_second(ws.clock())
    with ws.write() as conn:
        before = _get(conn, task_id)
        require_finish(actor, before, _belongs(conn, before.case_id, before.run_id, now).units)
        after = rules.reopen(before)
        _write(conn, actor, "undo_task", before, after, now)
        events.forget(conn, [after.id])
    return after


def case_tasks(ws: Workspace, actor: Actor, case_id: str) -> CaseTasks:
    """The tasks of a case as `actor` sees them; looks at other doors are a list of their own.

    Raises
    ------
    NotFound, Forbidden
    """
    require(actor, Action.SEE_MAP)
    with ws.read() as conn:
        about = around(conn, case_id, ws.clock())
        listed = [t for t in tasks.of_case(conn, about.case_id) if t.origin is not TaskOrigin.SAME_BUILDING]
        items = lines(ws, conn, actor, listed, about)
        may_add = about.found.case.is_open and may(actor, Action.WORK_CASE, units=about.units)
        whom = _whom(conn, about) if may_add else ()
    count = [line.task for line in items if not line.task.cancelled_at]
    return CaseTasks(items, sum(1 for t in count if t.done_at), len(count), may_add, whom)


def _whom(conn: Connection, about: Around) -> tuple[tuple[str, str], ...]:
    units = {TaskRole.COMMITTEE: about.committee, TaskRole.PROPERTY: about.company}
    others = (*units, TaskRole.MERCHANT, TaskRole.OWNER, TaskRole.VOLUNTEER, TaskRole.OTHER)
    staff = [(f"{TaskRole.WORKER.value}:{p.id}", p.display_name) for p in people.staff(conn)]
    return (*staff, *((role.value, units.get(role) or TASK_ROLE_NAMES[role]) for role in others))


def get_task(ws: Workspace, actor: Actor, task_id: str) -> TaskLine:
    """One task, for those who see the map and those it is asked of.

    Raises
    ------
    NotFound, Forbidden
    """
    with ws.read() as conn:
        task = _get(conn, task_id)
        about = around(conn, task.case_id, ws.clock()) if task.case_id else None
        if not may_finish(actor, task, about.units if about else ()):
            require(actor, Action.SEE_MAP)
        return lines(ws, conn, actor, [task], about)[0]


def may_finish(actor: Actor, task: Task, units: tuple[str, ...]) -> bool:
    """Whether `actor` may say that the task was done: who works the case, whose it is, the unit it is asked of."""
    if task.role in (TaskRole.COMMITTEE, TaskRole.PROPERTY) and task.owner_name:
        units = (*units, task.owner_name)
    if may(actor, Action.WORK_CASE, task.owner_id, units):
        return True
    return task.role is TaskRole.PROPERTY and may(actor, Action.ANSWER_ORDER, task.owner_id, units)


def require_finish(actor: Actor, task: Task, units: tuple[str, ...]) -> None:
    """Raise Forbidden unless `actor` may finish the task."""
    if not may_finish(actor, task, units):
        require(actor, Action.WORK_CASE, task.owner_id, units)


def lines(
    ws: Workspace, conn: Connection, actor: Actor, some: list[Task], about: Around | None = None
) -> tuple[TaskLine, ...]:
    """Tasks as `actor` sees them, in the order given; `about` is the case of all of them."""
    at, staff = ws.clock(), people.by_ids(conn, (t.done_by for t in some))
    pictures = photos.of_records(conn, PhotoOf.TASK, [t.id for t in some])
    doors = shops.by_ids(conn, (t.shop_id for t in some))
    units, place = (about.units, about.found.location.address) if about else ((), None)
    where = place or (about.found.place_name if about else None) or ""
    return tuple(
        TaskLine(
            task,
            about.shown(actor, task.text) if about else task.text,
            about.shown(actor, task.who) if about else task.who,
            about.shown(actor, task.proof or task.cancel_reason) if about else task.proof or "",
            rules.left_text(task, at),
            task.is_overdue(at),
            staff[task.done_by].display_name if task.done_by in staff else None,
            may_finish(actor, task, units),
            may(actor, Action.WORK_CASE, units=units),
            pictures.get(task.id, ()),
            doors[task.shop_id].code if task.shop_id in doors else None,
            where,
            rules.yuan_text(task.amount_fen) if task.amount_fen else "",
        )
        for task in some
    )


@dataclass(frozen=True)
class _Belongs:
    """What a task is of: since when, and the units that answer there."""

    since: datetime
    committee: str | None = None
    company: str | None = None

    @property
    def units(self) -> tuple[str, ...]:
        return tuple(name for name in (self.committee, self.company) if name)


def _belongs(conn: Connection, case_id: str | None, run_id: str | None, at: datetime) -> _Belongs:
    if case_id:
        about = around(conn, case_id, at)
        return _Belongs(about.since, about.committee, about.company)
    began_at = tasks.began_at(conn, run_id) if run_id else None
    if began_at is None:
        raise Refused("任务要属于一件案件或一次治理，请从案件页或点位页添加。", field="case", code="no_case")
    return _Belongs(began_at)


def _owner_name(conn: Connection, new: NewTask, belongs: _Belongs) -> str | None:
    """Of the staff as colleagues call them, of a unit as the register names it."""
    if new.owner_id:
        known = people.by_id(conn, new.owner_id)
        if known is None:
            raise Refused("没有这个人，请从名单里选。", field="owner", code="unknown_person")
        return known.display_name
    unit = {TaskRole.COMMITTEE: belongs.committee, TaskRole.PROPERTY: belongs.company}.get(new.role)
    return (new.owner_name or "").strip() or unit


def _get(conn: Connection, task_id: str) -> Task:
    found = tasks.by_id(conn, task_id)
    if found is None:
        raise NotFound("没有这项任务，请刷新后重试。", field="task", code="unknown_task")
    return found


def _write(conn: Connection, actor: Actor, act: str, before: Task, after: Task, at: datetime) -> None:
    tasks.replace(conn, after)
    audit.append(conn, actor, act, "task", after.id, before, after, at)


def _tell(conn: Connection, actor: Actor, task: Task, at: datetime, now: datetime) -> None:
    """A task about a door of its own is told at that door as well as of its case."""
    where: dict[str, str | None] = {}
    if task.case_id:
        where = around(conn, task.case_id, now).where
    elif task.run_id:
        where = tasks.place_of_run(conn, task.run_id)
    if task.shop_id:
        where |= {"shop_id": task.shop_id, "tenancy_id": None}
    events.append(conn, type="task", ref=task.id, at=at, actor_id=actor.person_id, **where)
