"""Random people make random moves on cases; after every step what must hold for cases is looked at again.

One seed is one story: whoever finds a fault prints it and has the same story again.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID

from sqlalchemy import select

from mapsvc.domain.actors import Actor, Role
from mapsvc.domain.case_moves import MOVES, legal_moves
from mapsvc.domain.cases import OPEN_STATES, Case, CaseState, CaseStep, Severity
from mapsvc.domain.clock import DAY_MIN, Limit, LimitCalendar
from mapsvc.domain.councils import AgreedItem, CouncilState, PartyRole
from mapsvc.domain.issues import IssueSource
from mapsvc.domain.orders import UNITS_ACTIONS
from mapsvc.domain.register import RegisterEntry, Side
from mapsvc.domain.tasks import TaskRole
from mapsvc.domain.ways_out import WayOut
from mapsvc.errors import Forbidden, MapsvcError, NotFound
from mapsvc.operations import (
    agreements,
    case_history,
    case_steps,
    contacts,
    council_views,
    councils,
    escalations,
    extensions,
    history,
    joining,
    limits,
    orders,
    private_notes,
    reopenings,
    responses,
    tasks,
)
from mapsvc.operations.case_around import around
from mapsvc.operations.cases import get_case, move_case
from mapsvc.operations.issues import NewIssue, report_issue
from mapsvc.operations.workspace import Workspace
from mapsvc.store import audit, cases, register
from mapsvc.store import councils as council_rows
from mapsvc.store import extensions as extension_rows
from mapsvc.store import orders as order_rows
from mapsvc.store import reopenings as reopening_rows
from mapsvc.store import tasks as task_rows
from mapsvc.store.tables import audit_head, case_file, case_step, issue
from tests.support.clock import FixedClock
from tests.support.slow_clock import BEGIN as SLOW_BEGIN
from tests.support.slow_clock import slow_elapsed
from tests.support.street import MADE_AT, Street, build, uid

BEGIN = datetime(2025, 3, 3, 1, 0, tzinfo=UTC)
SECRET = "单独谈的内容"
COMMITTEE, COMPANY, OTHERS = "兰田居委会", "兰田物业", "石泉居委会"
KINDS = ("06010", "L0001", "L0011", "09005", "L0099")
MOST_OPEN = 25

Rule = Callable[["Machine"], object]


@dataclass
class Seen:
    """What was last seen of a case: its steps, its deadline, and how much was left."""

    case: Case
    steps: tuple[CaseStep, ...]
    at: datetime
    left_min: int | None
    gained_min: int = 0
    """Of working days, that end when the office closes: what pauses gave beyond their minutes, and took again."""


@dataclass
class Machine:
    """The office, its people, and what was seen so far."""

    ws: Workspace
    clock: FixedClock
    chance: random.Random
    street: Street = field(init=False)
    people: list[Actor] = field(init=False)
    seen: dict[str, Seen] = field(default_factory=dict)
    rows: dict[str, tuple[object, ...]] = field(default_factory=dict)
    did: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    changed: set[str] = field(default_factory=set)
    """Cases whose allowed time was set by hand in this step."""

    def __post_init__(self) -> None:
        self.clock.set(BEGIN)
        self.street = build(self.ws)
        entry = RegisterEntry(uid("register"), "岚皋西路", 1, 99, Side.ODD, "1号楼", COMMITTEE, COMPANY, "62540000")
        with self.ws.write() as conn:
            register.add(conn, entry, MADE_AT)
        one = self.street
        self.people = [
            one.chen, one.chen, one.zhou, one.secretary, one.secretary, one.secretary, one.secretary, one.office,
            one.volunteer, Actor(None, "居委小李", Role.COMMITTEE, COMMITTEE),
            Actor(None, "居委老张", Role.COMMITTEE, OTHERS),
            Actor(None, "物业调度", Role.PROPERTY, COMPANY),
        ]  # fmt: skip

    def run(self, steps: int) -> None:
        """Make so many steps, looking at the case each was about, and at the end at everything."""
        for _ in range(3):
            report(self)
        names, weights = [r for r, _ in RULES], [w for _, w in RULES]
        for n in range(steps):
            self.clock.advance(minutes=self.chance.choice((0, 1, 3, 10, 25, 60, 150)))
            if n % 40 == 39:
                self.clock.advance(days=self.chance.choice((0, 0, 1, 3)))
            (rule,) = self.chance.choices(names, weights)
            self.step(rule)
            self.look()
        self.look_at_everything()

    def step(self, rule: Rule) -> None:
        """One thing done by somebody; what is refused changes nothing."""
        self.changed.clear()
        before = self.acts()
        try:
            rule(self)
        except MapsvcError as refusal:
            self.refused[f"{rule.__name__}: {refusal.code}"] += 1
            assert self.acts() == before, f"{rule.__name__} was refused and wrote"
        else:
            self.did[rule.__name__] += 1

    def acts(self) -> int:
        """How many acts the audit knows."""
        with self.ws.read() as conn:
            return int(conn.execute(select(audit_head.c.n)).scalar_one())

    def somebody(self) -> Actor:
        """Anybody."""
        return self.chance.choice(self.people)

    def decider(self) -> Actor:
        """Mostly who may."""
        return self.somebody() if self.chance.random() < 0.15 else self.street.secretary

    def a_case(self, *states: CaseState) -> Case:
        """A case, in one of these states if there is one."""
        with self.ws.read() as conn:
            ask = select(case_file).where(case_file.c.merged_into.is_(None)).order_by(case_file.c.id)
            asked = ask.where(case_file.c.state.in_(sorted(states or OPEN_STATES)))
            rows = conn.execute(asked).all() or conn.execute(ask).all()
        return cases.from_row(self.chance.choice(rows))

    def an_issue(self) -> str:
        """Id of an issue of an open case."""
        with self.ws.read() as conn:
            ask = select(issue.c.id).join(case_file, case_file.c.id == issue.c.case_id)
            ids = conn.execute(ask.where(case_file.c.state.in_(sorted(OPEN_STATES))).order_by(issue.c.id)).scalars()
            return self.chance.choice(list(ids) or [uid("none")])

    def new_id(self) -> str:
        """A UUID of this story."""
        return str(UUID(int=self.chance.getrandbits(128), version=4))

    def version(self, case: Case) -> int:
        """Mostly the right one."""
        return case.version - 1 if case.version > 1 and self.chance.random() < 0.05 else case.version

    # --- what must hold ---

    def look(self) -> None:
        """Every case has as many steps as its version says; those that changed are looked at closely."""
        with self.ws.read() as conn:
            rows = conn.execute(select(case_file).order_by(case_file.c.id)).all()
            for row in rows:
                if self.rows.get(row.id) != tuple(row):
                    self.rows[row.id] = tuple(row)
                    self.look_at(cases.from_row(row), tuple(cases.steps(conn, row.id)))
        assert set(self.seen) == {row.id for row in rows}, "a case was lost"

    def look_at(self, case: Case, steps: tuple[CaseStep, ...]) -> None:
        """The laws of one case."""
        assert [s.version for s in steps] == list(range(1, case.version + 1)), "a step was lost"
        assert steps[-1].to_state is case.state
        assert (case.paused_at is not None) == (case.state is CaseState.SUSPENDED)
        assert (case.suspended_from is not None) == (case.state is CaseState.SUSPENDED)
        assert (case.closed_at is not None) == (not case.is_open)
        assert all(a.at <= b.at for a, b in pairwise(steps)), "a step before the one before it"
        assert steps[0].at >= case.opened_at
        known, gained = self.seen.get(case.id), 0
        if known:
            assert steps[: len(known.steps)] == known.steps, "a step was changed"
            gained = self.look_at_clock(known, case, steps[len(known.steps) :])
        for before, step in pairwise(steps):
            self.require_legal(steps, before, step, case)
        self.seen[case.id] = Seen(case, steps, self.clock(), left_of(case, self.clock()), gained)

    def require_legal(self, steps: tuple[CaseStep, ...], before: CaseStep, step: CaseStep, case: Case) -> None:
        """Every step goes where it may from where the last one led."""
        assert step.from_state is before.to_state
        origin, to = before.to_state, step.to_state
        if origin is CaseState.SUSPENDED and to is not CaseState.REJECTED:
            assert to is before.from_state, "out of a pause to elsewhere"
        elif origin is CaseState.CLOSED:
            assert to is CaseState.HANDLING
            assert case.reopen_count == sum(s.from_state is CaseState.CLOSED for s in steps)
        elif to not in MOVES[origin]:
            assert case.merged_into is not None, f"{origin} to {to}"
            assert step is steps[-1]

    def look_at_clock(self, known: Seen, case: Case, new: tuple[CaseStep, ...]) -> int:
        """Deadlines never move back but by hand; time used is what a slow count says, and none of it was paused."""
        if case.reopened_at != known.case.reopened_at or case.id in self.changed:
            return 0
        if case.due_at is None or known.case.due_at is None:
            assert case.due_at == known.case.due_at
            return 0
        assert case.due_at >= known.case.due_at, "a clock ran backwards"
        left, had = left_of(case, self.clock()), known.left_min
        assert left is not None
        assert had is not None
        was_paused = known.case.state is CaseState.SUSPENDED
        if case.due_at != known.case.due_at and not was_paused and not any(_resumes(s) for s in new):
            assert case.due_at in self.granted(case.id), "a deadline moved by itself"
            return 0
        gained = left - (had - self.ran(known, case, new))
        if case.limit.calendar is LimitCalendar.WORKING_DAYS:
            assert abs(known.gained_min + gained) <= DAY_MIN + len(new) + len(known.steps)
            return known.gained_min + gained
        # Seconds round to a minute, once a pause.
        assert abs(gained) <= 1 + len(new), (had, left, gained)
        return 0

    def ran(self, known: Seen, case: Case, new: tuple[CaseStep, ...]) -> int:
        """Minutes for which its clock ran since it was last seen, by the slow count."""
        moment, runs, minutes = known.case.stopped_at or known.at, known.case.stopped_at is None, 0
        for step in new:
            minutes += used(moment, step.at, case) if runs else 0
            moment, runs = step.at, step.to_state in OPEN_STATES - {CaseState.SUSPENDED}
        return minutes + (used(moment, self.clock(), case) if runs else 0)

    def granted(self, case_id: str) -> set[datetime]:
        """Until when the case was given time."""
        with self.ws.read() as conn:
            return {e.until_at for e in extension_rows.of_case(conn, case_id) if e.is_granted}

    def look_for_secrets(self, case_id: str, reader: Actor) -> None:
        """What was said alone is in nothing that this reader sees."""
        told: list[object] = []
        for read in (
            lambda: get_case(self.ws, reader, case_id),
            lambda: council_views.case_councils(self.ws, reader, case_id),
            lambda: tasks.case_tasks(self.ws, reader, case_id),
            lambda: case_history.case_history(self.ws, reader, get_case(self.ws, reader, case_id)),
            lambda: history.shop_history(self.ws, reader, "LT0001"),
        ):
            try:
                told.append(read())
            except (Forbidden, NotFound):
                continue
        assert SECRET not in repr(told), f"{reader.name} reads what was said alone"

    def look_at_everything(self) -> None:
        """The whole audit, every step, every secret from every side."""
        with self.ws.read() as conn:
            verdict = audit.verify(conn)
            assert verdict.is_whole, verdict.problem
            kept = conn.execute(select(case_step.c.case_id, case_step.c.version)).all()
            had = {row.case_id for row in conn.execute(select(council_rows.council.c.case_id)) if row.case_id}
        assert Counter(row.case_id for row in kept) == Counter({c: len(s.steps) for c, s in self.seen.items()})
        readers = {a.name: a for a in self.people if a.role is not Role.SECRETARY}
        for case_id in sorted(had)[:20]:
            for reader in readers.values():
                if reader.person_id != uid("zhou"):
                    self.look_for_secrets(case_id, reader)


def used(since: datetime, until: datetime, case: Case) -> int:
    """Minutes of the case's calendar by the slow count; below zero if they are reversed."""
    if until < since:
        return -used(until, since, case)
    return slow_elapsed(_minute(since), _minute(until), case.limit.calendar)


def left_of(case: Case, at: datetime) -> int | None:
    """Minutes left by the slow count, negative when late; of what stands, when it stopped."""
    return used(case.stopped_at or at, case.due_at, case) if case.due_at else None


def _resumes(step: CaseStep) -> bool:
    return step.from_state is CaseState.SUSPENDED


def _minute(at: datetime) -> int:
    return int((at - SLOW_BEGIN).total_seconds()) // 60


# --- what people do ---


def report(m: Machine) -> None:
    """上报 at a shop or the place."""
    kind, source = m.chance.choice(KINDS), m.chance.choice(list(IssueSource))
    where = m.chance.choice(({"shop": "LT0001"}, {"shop": "LT0002"}, {"place": "PD0001"}))
    at = m.clock() - timedelta(minutes=m.chance.choice((0, 5, 600)))
    report_issue(m.ws, m.street.chen, NewIssue(m.new_id(), kind, "看见了", source, at, **where))


def report_when_few(m: Machine) -> None:
    """As long as there is little to do."""
    with m.ws.read() as conn:
        n = len(conn.execute(select(case_file.c.id).where(case_file.c.state.in_(sorted(OPEN_STATES)))).all())
    if n < MOST_OPEN:
        report(m)
    else:
        finish(m)


def move_legally(m: Machine) -> None:
    """A legal move by anybody."""
    case = m.a_case()
    to = m.chance.choice(legal_moves(case) or tuple(CaseState))
    severity = m.chance.choice((None, None, *Severity)) if to is CaseState.DISPATCHED else None
    if severity:
        m.changed.add(case.id)
    reason = m.chance.choice(("等楼上回来", "", "修好了"))
    who = m.somebody() if m.chance.random() < 0.4 else m.street.secretary
    move_case(m.ws, who, case.id, to, reason, m.version(case), severity)


def move_anywhere(m: Machine) -> None:
    """Any move."""
    case = m.a_case(*CaseState)
    move_case(m.ws, m.somebody(), case.id, m.chance.choice(list(CaseState)), "试试", m.version(case))


def finish(m: Machine) -> None:
    """On towards the end."""
    case = m.a_case(CaseState.VERIFYING, CaseState.HANDLING, CaseState.DISPATCHED)
    onward = {
        CaseState.VERIFYING: CaseState.CLOSED,
        CaseState.HANDLING: CaseState.VERIFYING,
        CaseState.DISPATCHED: CaseState.HANDLING,
    }
    move_case(m.ws, m.street.secretary, case.id, onward.get(case.state, CaseState.DISPATCHED), "好了", case.version)


def join(m: Machine) -> None:
    """A report joins a case."""
    joining.join_issue(m.ws, m.somebody(), m.an_issue(), m.a_case().id)


def merge(m: Machine) -> None:
    """One case into another."""
    case = m.a_case()
    joining.merge_cases(m.ws, m.decider(), case.id, m.a_case().id, "一件事", m.version(case))


def split(m: Machine) -> None:
    """A report out of a case."""
    joining.split_issue(m.ws, m.decider(), m.an_issue(), "不是一处")


def set_limit(m: Machine) -> None:
    """A time of its own."""
    case = m.a_case()
    m.changed.add(case.id)
    limit = Limit(m.chance.choice(list(LimitCalendar)), m.chance.choice((60, 480, 5 * 480, 15 * 480, 0)))
    limits.change_limit(m.ws, m.decider(), case.id, limit, m.chance.choice(("说好的", "")), m.version(case))


def triage(m: Machine) -> None:
    """How severe."""
    case = m.a_case()
    m.changed.add(case.id)
    limits.triage(m.ws, m.decider(), case.id, m.chance.choice(list(Severity)), m.version(case))


def urge(m: Machine) -> None:
    """催办."""
    escalations.urge(m.ws, m.decider(), m.a_case().id, m.chance.choice(("快点", "", "今天要有结果")))


def supervise(m: Machine) -> None:
    """督办, or not any more."""
    case = m.a_case(*CaseState)
    if case.is_supervised:
        escalations.lift(m.ws, m.decider(), case.id)
    else:
        escalations.supervise(m.ws, m.decider(), case.id, "来电两次")


def note(m: Machine) -> None:
    """记一笔."""
    escalations.note_case(m.ws, m.somebody(), m.a_case().id, "去看过了")


def ask_time(m: Machine) -> None:
    """申请延期."""
    case = m.a_case()
    until = (case.due_at or m.clock()) + timedelta(minutes=m.chance.choice((-60, 0, 300, 3000)))
    extensions.ask_extension(m.ws, m.somebody(), case.id, until, "等件")


def grant(m: Machine) -> None:
    """Yes or no to more time."""
    with m.ws.read() as conn:
        asked = extension_rows.pending_of_cases(conn)
    one = m.chance.choice(asked).id if asked else uid("none")
    extensions.decide_extension(m.ws, m.decider(), one, m.chance.random() < 0.7, "就这样")


def ask_again(m: Machine) -> None:
    """申请重新办理."""
    reopenings.ask_reopening(m.ws, m.somebody(), m.a_case(CaseState.CLOSED).id, "又来了")


def take_up(m: Machine) -> None:
    """Yes or no to a reopening."""
    with m.ws.read() as conn:
        filed = reopening_rows.pending(conn)
    one = m.chance.choice(filed).id if filed else uid("none")
    reopenings.decide_reopening(m.ws, m.decider(), one, m.chance.random() < 0.7, m.chance.choice(("好", "")))


def stop_or_go(m: Machine) -> None:
    """The clock stopped and started from within other acts."""
    case = m.a_case(CaseState.HANDLING, CaseState.SUSPENDED, CaseState.VERIFYING)
    act = m.chance.choice((case_steps.pause, case_steps.resume))
    at = m.clock() - timedelta(minutes=m.chance.choice((0, 0, 0, 30, 9000)))
    with m.ws.write() as conn:
        act(conn, m.ws, m.street.secretary, case.id, "等件", at)


def send_order(m: Machine) -> None:
    """派单."""
    due = m.clock() + timedelta(hours=m.chance.choice((-1, 2, 48)))
    orders.send_order(m.ws, m.decider(), orders.NewOrder(m.new_id(), COMPANY, "换水管", m.a_case().id, due_at=due))


def answer_order(m: Machine) -> None:
    """接单, 到场, 修好了, 要等, 不是我们的, in any order."""
    with m.ws.read() as conn:
        found = [o for o in order_rows.of_case(conn, m.a_case().id)]
        found = found or [o for c in sorted(m.seen) for o in order_rows.of_case(conn, c)][-5:]
    if not found:
        return send_order(m)
    who = m.people[-1] if m.chance.random() < 0.9 else m.somebody()
    action, reason = m.chance.choice(UNITS_ACTIONS), m.chance.choice(("等件", ""))
    orders.answer_order(m.ws, who, m.chance.choice(found).id, action, reason)
    return None


def withdraw_order(m: Machine) -> None:
    """收回派单."""
    with m.ws.read() as conn:
        found = [o for c in sorted(m.seen) for o in order_rows.of_case(conn, c)][-5:]
    orders.withdraw_order(m.ws, m.decider(), m.chance.choice(found).id if found else uid("none"), "不用了")


def call_response(m: Machine) -> None:
    """红色响应."""
    responses.call_response(m.ws, m.decider(), m.a_case().id, responses.NewResponse(m.new_id(), "漏得厉害"))


def log_attempt(m: Machine) -> None:
    """A call that reached somebody, or not."""
    from mapsvc.domain.contacts import ContactParty, ContactResult, ContactWay

    told = contacts.NewAttempt(
        m.new_id(),
        m.chance.choice(list(ContactParty)),
        m.chance.choice(list(ContactWay)),
        m.chance.choice(list(ContactResult)),
    )
    contacts.log_attempt(m.ws, m.somebody(), m.a_case().id, told)


def add_task(m: Machine) -> None:
    """A thing to do."""
    due = m.clock() + timedelta(hours=m.chance.choice((-9000, 5)))
    tasks.add_case_task(m.ws, m.somebody(), tasks.NewTask("去看看", TaskRole.WORKER, m.a_case().id, due_at=due))


def end_task(m: Machine) -> None:
    """Done, or given up."""
    with m.ws.read() as conn:
        found = [t for t in task_rows.of_case(conn, m.a_case().id) if t.is_open]
    one = m.chance.choice(found).id if found else uid("none")
    if m.chance.random() < 0.7:
        tasks.finish_task(m.ws, m.somebody(), one, "看过了")
    else:
        tasks.cancel_task(m.ws, m.somebody(), one, "不用了")


def plan_council(m: Machine) -> None:
    """约议事会."""
    parties = tuple(
        councils.NewParty(role, name)
        for role, name in ((PartyRole.UPSTAIRS, "201室"), (PartyRole.MERCHANT, "27号"), (PartyRole.PROPERTY, COMPANY))
    )
    mediator = m.chance.choice((None, uid("zhou")))
    held_at = m.clock() + timedelta(hours=m.chance.choice((-9000, 0, 3)))
    told = councils.NewCouncil(held_at, "居委会", parties[: m.chance.choice((0, 3, 3))], mediator)
    councils.plan_council(m.ws, m.decider(), m.a_case(CaseState.HANDLING, CaseState.DISPATCHED).id, told)


def talk(m: Machine) -> None:
    """What happens to a council: held, said alone, agreed, failed, back."""
    with m.ws.read() as conn:
        found = [c for case_id in sorted(m.seen) for c in council_rows.of_case(conn, case_id)][-8:]
    if not found:
        return plan_council(m)
    one, who = m.chance.choice(found), m.decider()
    with m.ws.read() as conn:
        parties = council_rows.parties(conn, [one.id]).get(one.id, ())
    if m.chance.random() < 0.4:
        private_notes.add_private_note(m.ws, m.somebody(), one.id, f"{SECRET}：只肯出一半", parties[0].id)
    elif one.state is CouncilState.PLANNED:
        there = tuple(councils.NewParty(p.role, p.name, p.id, True, "要赔", "出一半") for p in parties)
        told = councils.Minutes(min(one.held_at, m.clock()), True, "居委会", there, one.mediator_id, "看了", "管子老化")
        councils.write_minutes(m.ws, who, one.id, told, one.version)
    elif one.state is CouncilState.HELD and m.chance.random() < 0.5:
        item = AgreedItem(parties[0].id, "换管子", m.chance.choice((None, 186000, -1)), m.clock() + timedelta(days=3))
        agreements.agree(m.ws, who, one.id, agreements.NewAgreement((item,)), one.version)
    elif one.state is CouncilState.HELD:
        agreements.hand_on(m.ws, who, one.id, m.chance.choice(list(WayOut)), "谈不拢", one.version)
    else:
        agreements.come_back(m.ws, who, one.id, "调解成了", one.version)
    return None


def read_as_other(m: Machine) -> None:
    """Somebody who is not to know reads what there is."""
    readers = [a for a in m.people if a.role is not Role.SECRETARY and a.person_id != uid("zhou")]
    with m.ws.read() as conn:
        found = [c for case_id in sorted(m.seen) for c in council_rows.of_case(conn, case_id)][-8:]
    if found:
        one, reader = m.chance.choice(found), m.chance.choice(readers)
        m.look_for_secrets(one.case_id or "", reader)
        private_notes.notes_of(m.ws, reader, one.id)
        raise AssertionError(f"{reader.name} reads private notes")


def look_around(m: Machine) -> None:
    """What others build on agrees with the case."""
    case = m.a_case()
    with m.ws.read() as conn:
        here, where = around(conn, case.id, m.clock()), case_steps.location_of_case(conn, case.id)
    assert here.where["shop_id"] == where.shop_id
    assert set(here.units) == {u for u in where.units if u}


RULES: tuple[tuple[Rule, int], ...] = (
    (report_when_few, 14), (move_legally, 26), (move_anywhere, 6), (finish, 8), (join, 4), (merge, 3), (split, 3),
    (set_limit, 2), (triage, 2), (urge, 2), (supervise, 3), (note, 2), (ask_time, 4), (grant, 4), (ask_again, 4),
    (take_up, 4), (stop_or_go, 8), (send_order, 4), (answer_order, 12), (withdraw_order, 1), (call_response, 2),
    (log_attempt, 2), (add_task, 2), (end_task, 3), (plan_council, 3), (talk, 10), (read_as_other, 4), (look_around, 2),
)  # fmt: skip
