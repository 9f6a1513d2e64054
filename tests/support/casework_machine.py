"""Random people make random moves on cases; after every step what must hold for cases is looked at again.

One seed is one story: whoever finds a fault prints it and has the same story again.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Connection, select

from mapsvc.domain.actors import Actor, Role
from mapsvc.domain.case_moves import MOVES
from mapsvc.domain.cases import OPEN_STATES, Case, CaseState, CaseStep
from mapsvc.domain.clock import DAY_MIN, LimitCalendar
from mapsvc.domain.register import RegisterEntry, Side
from mapsvc.errors import Forbidden, MapsvcError, NotFound
from mapsvc.operations import (
    case_history,
    council_views,
    history,
    tasks,
)
from mapsvc.operations.cases import get_case
from mapsvc.operations.workspace import Workspace
from mapsvc.store import audit, cases, register
from mapsvc.store import councils as council_rows
from mapsvc.store import extensions as extension_rows
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
Found = TypeVar("Found")


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

    def run(self, rules: Sequence[tuple[Rule, int]], steps: int) -> None:
        """Make so many steps by rules with weights, looking at every case after each, and at the end at everything."""
        names, weights = [r for r, _ in rules], [w for _, w in rules]
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

    def last(self, n: int, of_case: Callable[[Connection, str], list[Found]], conn: Connection) -> list[Found]:
        """The last `n` of what the cases have, in the order of their ids."""
        found: list[Found] = []
        for case_id in sorted(self.seen, reverse=True):
            if len(found) >= n:
                break
            found = [*of_case(conn, case_id), *found]
        return found[-n:]

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
        if case.due_at != known.case.due_at and not any(_resumes(s) for s in new):
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
