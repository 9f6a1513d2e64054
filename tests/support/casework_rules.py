"""What random people do about cases: well, badly, and what is not theirs to do."""

from __future__ import annotations

import random
from datetime import timedelta

from sqlalchemy import select

from mapsvc.domain.actors import Role
from mapsvc.domain.case_moves import legal_moves
from mapsvc.domain.cases import OPEN_STATES, CaseState, Severity
from mapsvc.domain.clock import Limit, LimitCalendar
from mapsvc.domain.councils import AgreedItem, CouncilState, PartyRole
from mapsvc.domain.issues import IssueSource
from mapsvc.domain.orders import UNITS_ACTIONS
from mapsvc.domain.tasks import TaskRole
from mapsvc.domain.ways_out import WayOut
from mapsvc.operations import (
    agreements,
    case_steps,
    contacts,
    councils,
    escalations,
    extensions,
    joining,
    limits,
    orders,
    private_notes,
    reopenings,
    responses,
    tasks,
)
from mapsvc.operations.case_around import around
from mapsvc.operations.cases import move_case
from mapsvc.operations.issues import NewIssue, report_issue
from mapsvc.operations.workspace import Workspace
from mapsvc.store import councils as council_rows
from mapsvc.store import extensions as extension_rows
from mapsvc.store import orders as order_rows
from mapsvc.store import reopenings as reopening_rows
from mapsvc.store import tasks as task_rows
from mapsvc.store.tables import case_file
from tests.support.casework_machine import COMPANY, KINDS, MOST_OPEN, SECRET, Machine, Rule
from tests.support.clock import FixedClock
from tests.support.street import uid


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
        found = found or m.last(5, order_rows.of_case, conn)
    if not found:
        return send_order(m)
    who = m.people[-1] if m.chance.random() < 0.9 else m.somebody()
    action, reason = m.chance.choice(UNITS_ACTIONS), m.chance.choice(("等件", ""))
    orders.answer_order(m.ws, who, m.chance.choice(found).id, action, reason)
    return None


def withdraw_order(m: Machine) -> None:
    """收回派单."""
    with m.ws.read() as conn:
        found = m.last(5, order_rows.of_case, conn)
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
        found = m.last(8, council_rows.of_case, conn)
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
        found = m.last(8, council_rows.of_case, conn)
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


def tell(ws: Workspace, clock: FixedClock, seed: int, steps: int) -> Machine:
    """One story of so many steps from an empty store; raises AssertionError where something did not hold."""
    machine = Machine(ws, clock, random.Random(seed))
    for _ in range(3):
        report(machine)
    machine.run(RULES, steps)
    return machine
