"""What a look for warnings finds and what of it is raised, worked out without writing anything."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from mapsvc.domain.alert_budgets import PRESSES_BEFORE, Spent, share_out
from mapsvc.domain.alert_lessons import FORGOTTEN_AFTER, LEAST, LEVEL, Lesson, lesson_of
from mapsvc.domain.alerts import CERTAIN, Alert, AlertRun, Candidate, Looked, week_of
from mapsvc.domain.privacy import mask_phones_in
from mapsvc.domain.times import office_day
from mapsvc.operations.workspace import Workspace
from mapsvc.store import alerts

SAME_FROM = 0.5
"""Two signs of one rule and kind are one trouble if they share this much of the fewer reports."""
KEPT_P = 0.2
"""Weekly p above this are forgotten between two looks: they could not become a warning."""


@dataclass(frozen=True)
class Memory:
    """What a look has to know of the time before it.

    Attributes
    ----------
    waiting : mapping
        Open and held warnings by subject.
    decided : sequence of Alert
        Those of the last half year that somebody decided on; `goes_on` are ids of what they lead to that is not over.
    looks : sequence of AlertRun
        Earlier looks of the same week.
    """

    waiting: Mapping[str, Alert] = field(default_factory=dict)
    decided: Sequence[Alert] = ()
    goes_on: frozenset[str] = frozenset()
    looks: Sequence[AlertRun] = ()


@dataclass(frozen=True)
class Found:
    """A candidate that passed: its q, the lesson that weighed it, and the warning it renews (None: it is new)."""

    candidate: Candidate
    q: float
    lesson: Lesson
    before: Alert | None = None

    @property
    def is_open(self) -> bool:
        """Whether it stands in the inbox already."""
        return self.before is not None and self.before.is_open


@dataclass(frozen=True)
class Plan:
    """What a look comes to.

    Attributes
    ----------
    shown : tuple of Found
        To be raised now, the strongest first; those that were held before are among them.
    held : tuple of Found
        Over the budget.
    again : tuple of Found
        Open already.
    quiet : tuple of Found
        Clear enough, but decisions on earlier ones ask for silence.
    detail : mapping
        What the run keeps.
    """

    tested: int
    shown: tuple[Found, ...]
    held: tuple[Found, ...]
    again: tuple[Found, ...]
    quiet: tuple[Found, ...]
    budget: int
    detail: Mapping[str, Any]

    @property
    def found(self) -> int:
        """How many passed; what is kept quiet is none of them."""
        return len(self.shown) + len(self.held) + len(self.again)


def look(ws: Workspace, conn: Connection, until: date, seed: int) -> tuple[Looked, ...]:
    """Ask every detector, by what had happened and was received by the end of `until`."""
    from mapsvc.operations.detectors import DETECTORS

    return tuple(detect(ws, conn, until, seed) for detect in DETECTORS)


def remember(conn: Connection, until: date, at: datetime) -> Memory:
    """What the store knows that matters to a look at `until`."""
    waiting = {a.subject: a for a in alerts.waiting(conn)}
    decided = alerts.decided_since(conn, at - FORGOTTEN_AFTER)
    refs = [ref for a in decided for ref in (a.decided_ref, a.case_id)]
    looks = alerts.runs_between(conn, week_of(until), until - timedelta(days=1))
    return Memory(waiting, decided, alerts.going_on(conn, refs, at), looks)


def plan(memory: Memory, looked: Sequence[Looked], budget: int, at: datetime, seed: int) -> Plan:
    """What is raised: false discovery rate over the week, what was learned, then the week's budget.

    What is certain (an opening of the policy calendar) is no test of the week: it has a place of the budget instead.
    """
    from mapsvc.analysis.false_alarms import FIRST_LOOK, LATER_LOOK, METHOD, Sign, sieve, spend

    share = LATER_LOOK if memory.looks else FIRST_LOOK
    candidates = _strongest(looked, [*memory.waiting.values(), *memory.decided])
    certain = sorted((c for c in candidates.values() if c.rule in CERTAIN), key=lambda c: (c.from_day, c.subject))
    week = _earlier(memory)
    for subject, one in candidates.items():
        if one.rule not in CERTAIN:
            week[subject] = min(week.get(subject, 1.0), spend(one.p, share))
    tested = _tested(memory, looked)
    lessons = {s: lesson_of(c, memory.decided, memory.goes_on, at) for s, c in candidates.items()}
    signs = [Sign(s, p, lessons[s].limit if s in lessons else 0.0) for s, p in sorted(week.items())]
    sieved = sieve(signs, sum(tested.values()))
    found = [Found(candidates[s], sieved.q[s], lessons[s], memory.waiting.get(s)) for s in sieved.found]
    sure = [Found(c, 0.0, lessons[c.subject], memory.waiting.get(c.subject)) for c in certain]
    shown, held, again, quiet = _sort_out(found, sure, budget, _spent(memory), office_day(at))
    detail = {
        "level": LEVEL,
        "least_level": LEAST,
        "share": share,
        "method": METHOD,
        "seed": seed,
        "tested": tested,
        "certain": sum(one.candidate.rule in CERTAIN for one in shown),
        "methods": {one.rule.value: one.method for one in looked},
        "p": {s: p for s, p in sorted(week.items()) if p <= KEPT_P},
    }
    return Plan(sum(one.tested for one in looked), shown, held, again, quiet, budget, detail)


def _spent(memory: Memory) -> Spent:
    certain = sum(int(run.detail.get("certain", 0)) for run in memory.looks)
    return Spent(sum(run.shown for run in memory.looks) - certain, certain)


def _sort_out(
    found: Sequence[Found], sure: Sequence[Found], budget: int, spent: Spent, day: date
) -> tuple[tuple[Found, ...], tuple[Found, ...], tuple[Found, ...], tuple[Found, ...]]:
    """(shown, held, again, quiet): what is open takes nothing of the budget, what is quiet neither."""
    again = tuple(one for one in (*sure, *found) if one.is_open)
    quiet = tuple(one for one in (*sure, *found) if one.lesson.is_quiet and not one.is_open)
    tested, certain = ([one for one in some if not one.is_open and not one.lesson.is_quiet] for some in (found, sure))
    # What is open already presses no more: it has its place of the week.
    pressing = [one for one in certain if day < one.candidate.from_day <= day + PRESSES_BEFORE]
    coming = [one for one in certain if one not in pressing]
    own, shown, held = share_out(tested, pressing, coming, budget, spent)
    return (*own, *shown), held, again, quiet


def _strongest(looked: Sequence[Looked], known: Sequence[Alert]) -> dict[str, Candidate]:
    """One candidate a subject: the one with the smallest p."""
    found: dict[str, Candidate] = {}
    for one in sorted((c for some in looked for c in some.candidates), key=lambda c: (c.p, c.subject, c.title)):
        named = _as_known(one, known)
        found.setdefault(named.subject, named)
    return found


def _as_known(found: Candidate, known: Sequence[Alert]) -> Candidate:
    """The same under the name of a warning that speaks of the same reports: its middle moves as reports come in."""
    if any(a.subject == found.subject for a in known):
        return found
    own = set(found.evidence.get("issue_ids") or ())
    best, most = found.subject, 0.0
    for a in known:
        if (a.rule, a.kind, a.topic) == (found.rule, found.kind, found.topic):
            theirs = set(a.evidence.get("issue_ids") or ())
            shared = len(own & theirs) / max(1, min(len(own), len(theirs)))
            if shared >= SAME_FROM and shared > most:
                best, most = a.subject, shared
    return replace(found, subject=best)


def _earlier(memory: Memory) -> dict[str, float]:
    """The week's p by subject, of its looks so far."""
    told: dict[str, float] = {}
    for run in memory.looks:
        for subject, p in run.detail.get("p", {}).items():
            told[subject] = min(told.get(subject, 1.0), float(p))
    return told


def _tested(memory: Memory, looked: Sequence[Looked]) -> dict[str, int]:
    """By rule: the most that any look of the week tested, since every look tests the same things again."""
    most: dict[str, int] = {}
    for one in looked:
        most[one.rule.value] = most.get(one.rule.value, 0) + one.tested
    for run in memory.looks:
        for rule, n in run.detail.get("tested", {}).items():
            most[rule] = max(most.get(rule, 0), int(n))
    return most


def evidence_of(found: Found) -> dict[str, Any]:
    """What a warning keeps: its detector's evidence, and how it was weighed."""
    learned = {"learned": list(found.lesson.words)} if found.lesson.words else {}
    weighed = {"p": found.candidate.p, "q": found.q, "q_limit": found.lesson.limit}
    return {**found.candidate.evidence, **weighed, **learned}


def renewed(before: Alert, found: Found, at: datetime) -> Alert:
    """A waiting warning with what is known now."""
    one = found.candidate
    return replace(
        before, title=one.title, text=one.text, p=one.p, q=found.q, until_day=one.until_day, seen_again_at=at,
        evidence=evidence_of(found),
    )  # fmt: skip


def as_json(made: Plan, until: date) -> dict[str, Any]:
    """What a look would raise, as one JSON object: `alerts` are raised, `held` are over the budget."""
    return {
        "until": until.isoformat(),
        "method": made.detail["method"],
        "seed": made.detail["seed"],
        "level": made.detail["level"],
        "tested": made.tested,
        "tested_by_rule": made.detail["tested"],
        "found": made.found,
        "shown": len(made.shown),
        "budget": made.budget,
        "alerts": [_told(one) for one in made.shown],
        "held": [_told(one) for one in made.held],
        "quiet": [_told(one) for one in made.quiet],
    }


def _told(found: Found) -> dict[str, Any]:
    one = found.candidate
    return {
        "rule": one.rule.value,
        "subject": one.subject,
        "title": mask_phones_in(one.title),
        "text": mask_phones_in(one.text),
        "from": one.from_day.isoformat(),
        "until": one.until_day.isoformat(),
        "kind": one.kind,
        "topic": one.topic,
        "p": one.p,
        "q": found.q,
        "evidence": evidence_of(found),
    }
