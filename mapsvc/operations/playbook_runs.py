"""治理样板 at work: begun on a case or a place, its steps as tasks, an order, a notice, a roster; ended with words."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from mapsvc.domain.actors import Actor
from mapsvc.domain.notices import USUAL_DAYS, Notice
from mapsvc.domain.orders import Order, OrderState
from mapsvc.domain.permissions import Action, may, require
from mapsvc.domain.playbooks import Makes, Phase, Playbook, Run, Step, first_due
from mapsvc.domain.rosters import USUAL_HOURS
from mapsvc.domain.tasks import Task, TaskOrigin, TaskRole
from mapsvc.domain.times import office_day, to_second
from mapsvc.errors import Conflict, NotFound, Refused
from mapsvc.operations.case_around import Around, around
from mapsvc.operations.clock import working_days
from mapsvc.operations.notices import put_up
from mapsvc.operations.orders import NewOrder, add_order
from mapsvc.operations.playbooks import row_of
from mapsvc.operations.rosters import NewRoster, RosterDetail, details, lay_out
from mapsvc.operations.tasks import NewTask, TaskLine, add_task, lines
from mapsvc.operations.workspace import Workspace
from mapsvc.store import (
    audit,
    events,
    ids,
    notices,
    orders,
    people,
    places,
    playbooks,
    register,
    rosters,
    tasks,
)

MOST_WORDS = 1000
ROSTER_DAYS, ROSTER_WANTED = 14, 2


@dataclass(frozen=True)
class NewRun:
    """A playbook to begin on a case (id) or a place (code); `leave_out` are numbers of steps not wanted.

    Attributes
    ----------
    order_to : str
        Whom the orders go to; empty: the company that the register names.
    order_until : datetime, optional
        Until when, if not as the step says.
    roster_from, roster_until : date, optional
        Days of the guard team; usually from tomorrow for two weeks.
    """

    id: str
    playbook: str
    case: str | None = None
    place: str | None = None
    leave_out: frozenset[int] = frozenset()
    order_to: str = ""
    notice_until: date | None = None
    roster_from: date | None = None
    roster_until: date | None = None
    roster_wanted: int = ROSTER_WANTED
    meet_at: str = ""


@dataclass(frozen=True)
class Spot:
    """Where a playbook is to run, and who answers there."""

    case_id: str | None
    place_id: str | None
    shop_id: str | None
    location_id: str | None
    name: str
    committee: str | None
    company: str | None
    kind: str | None


@dataclass(frozen=True)
class StepLine:
    """A step of a run: its tasks (the open one first), and the order that answers it."""

    number: int
    step: Step
    is_left_out: bool
    tasks: tuple[TaskLine, ...]
    order: Order | None

    @property
    def times_done(self) -> int:
        """How often it was done."""
        done = sum(t.task.done_at is not None for t in self.tasks)
        return max(done, 1) if self.order is not None and self.order.state is OrderState.FIXED else done

    @property
    def is_done(self) -> bool:
        """Whether it was done at least once."""
        return self.times_done > 0


@dataclass(frozen=True)
class RunView:
    """A run as a page shows it."""

    run: Run
    playbook: Playbook
    steps: tuple[StepLine, ...]
    notices: tuple[Notice, ...]
    rosters: tuple[RosterDetail, ...]
    started_by: str | None
    outcome: str
    may_end: bool

    @property
    def phases(self) -> list[tuple[Phase, list[StepLine]]]:
        """Steps by phase, in order; empty phases are left out."""
        return [(p, found) for p in Phase if (found := [s for s in self.steps if s.step.phase is p])]

    @property
    def used(self) -> list[StepLine]:
        """Steps not left out."""
        return [s for s in self.steps if not s.is_left_out]

    @property
    def done(self) -> int:
        """How many of the steps used were done at least once."""
        return sum(s.is_done for s in self.used)


def start_run(ws: Workspace, actor: Actor, new: NewRun) -> tuple[Run, bool]:
    """Begin a playbook: tasks, orders, a notice and a roster for every step that is not left out.

    Returns
    -------
    (Run, bool)
        The run, and whether it is new: the same id again changes nothing.

    Raises
    ------
    NotFound, Forbidden
    Conflict
        The same playbook already runs here, or it was put away.
    Refused
        If every step is left out, or an order has nobody to go to.
    """
    with ws.write() as conn:
        return start_within(conn, ws, actor, new)


def start_within(conn: Connection, ws: Workspace, actor: Actor, new: NewRun) -> tuple[Run, bool]:
    """As `start_run`, in the caller's transaction."""
    require(actor, Action.RUN_PLAYBOOK)
    at = to_second(ws.clock())
    before = playbooks.run_by_id(conn, new.id)
    if before is not None:
        return before, False
    spot = spot_of(conn, new.case, new.place, at)
    playbook = row_of(ws, conn, actor, new.playbook)
    _require_startable(conn, playbook, spot, new)
    run = Run(
        new.id, playbook.id or "", at, spot.case_id, spot.place_id, spot.shop_id, spot.location_id,
        actor.person_id, left_out=tuple(sorted(new.leave_out)),
    )  # fmt: skip
    playbooks.add_run(conn, run)
    _tell(conn, actor, run, at)
    audit.append(conn, actor, "start_playbook", "playbook_run", run.id, None, run, at)
    for number, step in enumerate(playbook.content.steps, start=1):
        if number not in new.leave_out:
            _make(conn, ws, actor, new, run, spot, number, step, at)
    return run, True


def end_run(ws: Workspace, actor: Actor, run_id: str, outcome: str) -> Run:
    """End a run with words on what came of it; tasks still open are given up.

    Raises
    ------
    NotFound, Forbidden
    Conflict
        If it was ended before.
    Refused
        Without words.
    """
    require(actor, Action.RUN_PLAYBOOK)
    told = outcome.strip()
    if not told:
        raise Refused("收尾要写几句：做了什么，怎么样了。", field="outcome", code="missing")
    if len(told) > MOST_WORDS:
        raise Refused(f"最多写{MOST_WORDS}个字，现在{len(told)}个字。", field="outcome", code="too_long")
    at = to_second(ws.clock())
    with ws.write() as conn:
        before = get_run(conn, run_id)
        if not before.is_on:
            raise Conflict("这次治理已经收尾了。", code="ended")
        after = replace(before, ended_at=at, outcome=told)
        playbooks.end_run(conn, run_id, at, told)
        for task in tasks.of_run(conn, run_id):
            if task.is_open:
                tasks.replace(conn, replace(task, cancelled_at=at, cancel_reason="样板已收尾"))
        _tell(conn, actor, after, at)
        audit.append(conn, actor, "end_playbook", "playbook_run", run_id, before, after, at)
    return after


def spot_of(conn: Connection, case: str | None, place: str | None, at: datetime) -> Spot:
    """Where a playbook is to run, with who answers there by the register; raises NotFound."""
    if case:
        about = around(conn, case, at)
        issue = about.found.issue
        return Spot(
            about.case_id, issue.place_id, issue.shop_id, issue.location_id, _name_of(about), about.committee,
            about.company, issue.kind,
        )  # fmt: skip
    found = places.by_code(conn, place or "")
    if found is None:
        raise NotFound(f"没有编号为{(place or '')[:40]}的点位，请核对编号。", field="place", code="unknown_place")
    where = found.location
    doors = register.for_door(conn, where.street, where.house_number) if where.street and where.house_number else []
    committee, company = (doors[0].residents_committee, doors[0].property_company) if doors else (None, None)
    company = company or found.responsible_unit
    return Spot(None, found.id, None, where.id, found.name, committee, company, None)


def get_run(conn: Connection, run_id: str) -> Run:
    """The run with this id; raises NotFound."""
    found = playbooks.run_by_id(conn, run_id)
    if found is None:
        raise NotFound("没有这次治理，请刷新后再看。", field="run", code="unknown_run")
    return found


def runs_of_case(ws: Workspace, conn: Connection, actor: Actor, about: Around) -> tuple[RunView, ...]:
    """Runs on a case, the latest first."""
    return views(ws, conn, actor, playbooks.runs_of(conn, case_id=about.case_id), about)


def runs_of_place(ws: Workspace, conn: Connection, actor: Actor, place_id: str) -> tuple[RunView, ...]:
    """Runs at a place, the latest first."""
    return views(ws, conn, actor, playbooks.runs_of(conn, place_id=place_id))


def going_on_at(conn: Connection, place_id: str | None) -> tuple[str, ...]:
    """Names of the playbooks at work at a place."""
    runs = [r for r in playbooks.runs_of(conn, place_id=place_id) if r.is_on] if place_id else []
    known = playbooks.by_ids(conn, (r.playbook_id for r in runs))
    return tuple(known[r.playbook_id].name for r in runs)


def views(
    ws: Workspace, conn: Connection, actor: Actor, runs: Sequence[Run], about: Around | None = None
) -> tuple[RunView, ...]:
    """Runs as pages show them, in the order given."""
    known = playbooks.by_ids(conn, (r.playbook_id for r in runs))
    staff = people.by_ids(conn, (r.started_by for r in runs))
    found = []
    for run in runs:
        playbook = known[run.playbook_id]
        around_it = about or (around(conn, run.case_id, ws.clock()) if run.case_id else None)
        who = staff.get(run.started_by or "")
        found.append(
            RunView(
                run,
                playbook,
                _steps(ws, conn, actor, run, playbook, around_it),
                tuple(n for n in notices.of_run(conn, run.id)),
                details(conn, actor, rosters.of(conn, run_ids=[run.id]), ws.clock()),
                who.display_name if who else None,
                around_it.shown(actor, run.outcome) if around_it else run.outcome or "",
                run.is_on and may(actor, Action.RUN_PLAYBOOK),
            )
        )
    return tuple(found)


def _steps(
    ws: Workspace, conn: Connection, actor: Actor, run: Run, playbook: Playbook, about: Around | None
) -> tuple[StepLine, ...]:
    by_step: dict[int, list[Task]] = {}
    for task in tasks.of_run(conn, run.id):
        by_step.setdefault(task.step_no or 0, []).append(task)
    of_task = {o.task_id: o for o in reversed(orders.of_run(conn, run.id)) if o.task_id}
    return tuple(
        StepLine(
            n,
            step,
            n in run.left_out,
            lines(ws, conn, actor, by_step.get(n, []), about),
            next((of_task[t.id] for t in by_step.get(n, []) if t.id in of_task), None),
        )
        for n, step in enumerate(playbook.content.steps, start=1)
    )


def _require_startable(conn: Connection, playbook: Playbook, spot: Spot, new: NewRun) -> None:
    if playbook.retired_at is not None:
        raise Conflict(f"“{playbook.name}”已经收起来了，要用请先恢复。", field="playbook", code="retired")
    steps = playbook.content.steps
    if new.leave_out >= set(range(1, len(steps) + 1)):
        raise Refused("每一步都不用，就不用开始了；请至少留一步。", field="steps", code="nothing_left")
    others = playbooks.runs_of(conn, case_id=spot.case_id) if spot.case_id else []
    others = others or (playbooks.runs_of(conn, place_id=spot.place_id) if spot.place_id else [])
    known = playbooks.by_ids(conn, (r.playbook_id for r in others))
    if any(r.is_on and known[r.playbook_id].code == playbook.code for r in others):
        raise Conflict(f"“{playbook.name}”正在这里用着，先收尾再重新开始。", field="playbook", code="runs_already")
    needs_unit = any(s.makes is Makes.ORDER and n not in new.leave_out for n, s in enumerate(steps, start=1))
    if needs_unit and not (new.order_to.strip() or spot.company):
        raise Refused("这里还没有登记物业，请填派给哪个单位。", field="order_to", code="no_unit")


def _make(
    conn: Connection,
    ws: Workspace,
    actor: Actor,
    new: NewRun,
    run: Run,
    spot: Spot,
    number: int,
    step: Step,
    at: datetime,
) -> None:
    """What one step makes: always a task, and beside it what it is for."""
    unit = {TaskRole.COMMITTEE: spot.committee, TaskRole.PROPERTY: spot.company}.get(step.role)
    if step.makes is Makes.ORDER:
        unit = new.order_to.strip() or unit or spot.company
    due = first_due(step, at, working_days(conn))
    task = add_task(
        conn, ws, actor,
        NewTask(
            step.text, step.role, spot.case_id, run_id=run.id, origin=TaskOrigin.PLAYBOOK, phase=step.phase.value,
            step_no=number, repeats=step.repeats.value, owner_name=unit, due_at=due,
        ),
    )  # fmt: skip
    if step.makes is Makes.ORDER:
        told = NewOrder(
            ids.of("order", run.id, number), unit or "", step.words or step.text, spot.case_id, spot.place_id, run.id,
            task.id, due,
        )  # fmt: skip
        add_order(conn, ws, actor, told)
    elif step.makes is Makes.NOTICE:
        _notice(conn, ws, actor, new, run, spot, step, at)
    elif step.makes is Makes.ROSTER:
        _roster(conn, ws, actor, new, run, spot, at)


def _notice(
    conn: Connection, ws: Workspace, actor: Actor, new: NewRun, run: Run, spot: Spot, step: Step, at: datetime
) -> None:
    today = office_day(at)
    until = new.notice_until or today + timedelta(days=USUAL_DAYS)
    made = Notice(
        ids.of("notice", run.id, step.text), "温馨提示", step.words or step.text, today, until, at,
        f"{ws.settings.block_name}党支部", run.id, spot.case_id, spot.place_id, spot.shop_id, None, actor.person_id,
    )  # fmt: skip
    put_up(conn, actor, made)


def _roster(conn: Connection, ws: Workspace, actor: Actor, new: NewRun, run: Run, spot: Spot, at: datetime) -> None:
    first = new.roster_from or office_day(at) + timedelta(days=1)
    until = new.roster_until or first + timedelta(days=ROSTER_DAYS - 1)
    wanted = NewRoster(
        f"{spot.name}护卫队"[:40], first, until, USUAL_HOURS, new.roster_wanted, new.meet_at or spot.name, None, run.id
    )
    lay_out(conn, ws, actor, wanted, spot.place_id)


def _tell(conn: Connection, actor: Actor, run: Run, at: datetime) -> None:
    events.append(
        conn, type="playbook", ref=run.id, at=at, shop_id=run.shop_id, place_id=run.place_id,
        location_id=run.location_id, case_id=run.case_id, actor_id=actor.person_id,
    )  # fmt: skip


def place_of_run(ws: Workspace, run_id: str | None) -> str | None:
    """Code of the place where a run is; None where it is at none."""
    with ws.read() as conn:
        run = playbooks.run_by_id(conn, run_id) if run_id else None
        return place_code_of(conn, run) if run else None


def place_code_of(conn: Connection, run: Run) -> str | None:
    """Code of the place where it runs."""
    found = places.by_ids(conn, [run.place_id]).get(run.place_id or "")
    return found.code if found else None


def _name_of(about: Around) -> str:
    found = about.found
    return found.place_name or found.shop_name or found.location.address or found.issue.number
