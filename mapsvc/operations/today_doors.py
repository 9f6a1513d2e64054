"""The doors of a worker's day, each with what is due there: last talk, promises, usual hours, what to bring along."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from mapsvc.domain.campaigns import Campaign, call_words, days_pressing
from mapsvc.domain.cases import CaseState
from mapsvc.domain.needs import Need
from mapsvc.domain.opening_hours import LOOKS_BACK, Call, Suggestion, has_time, if_closed, usual_hours
from mapsvc.domain.policies import PolicyEntry
from mapsvc.domain.policy_tips import Tip, tip_for
from mapsvc.domain.promises import Promise
from mapsvc.domain.shops import SHOP_STATE_NAMES, ShopState
from mapsvc.domain.tasks import Task
from mapsvc.domain.times import day_start, office_day
from mapsvc.domain.today import CampaignCall, Due, Look, Promised, Standing, Trouble, clipped, due_today
from mapsvc.domain.visits import Outcome, Visit, VisitKind
from mapsvc.operations.today_known import Known, Line, is_theirs
from mapsvc.store.today import CaseAt, Door

_LONGEST_TALK = 60
_NEVER_DAYS = 10_000
_NEWS_FOR = timedelta(days=30)
_VOICED_WITHIN = timedelta(days=365)
_SHUT = frozenset({ShopState.VACANT, ShopState.CLOSED})
_DONE = frozenset({Outcome.MET, Outcome.CHANGED})


@dataclass(frozen=True)
class Talk:
    """What was said or noted last."""

    at: datetime
    text: str


@dataclass(frozen=True)
class Untold:
    """Something done that the merchant does not know of: a need settled or a promise kept (`type`)."""

    type: str
    id: str
    text: str


@dataclass(frozen=True)
class DoorDay:
    """A door as the phone shows it; texts are masked, no person but colleagues is in it.

    `planned` is what was due when the day began, `due` what still is: the walk and its counts stay as they were while
    one door after the other is done. `returns` are the closed cases that I go back to today, `untold` what was done for
    the merchant and nobody told them yet, `campaigns` what is to be told there on any call.
    """

    door: Door
    planned: Due
    due: Due
    hours: str | None
    last_talk: Talk | None
    promises: tuple[Promise, ...]
    tip: Tip | None
    if_closed: Suggestion | None
    open_issues: tuple[CaseAt, ...]
    history: tuple[Line, ...]
    visited_today: Visit | None
    card: str | None
    cover_for: str | None = None
    returns: tuple[CaseAt, ...] = ()
    untold: tuple[Untold, ...] = ()
    campaigns: tuple[Campaign, ...] = ()

    @property
    def name(self) -> str:
        """The sign over the door, or what stands for it."""
        return self.door.sign_name or SHOP_STATE_NAMES[self.door.state]

    @property
    def of_today(self) -> Due | None:
        """What is to be done there today, or was; None if nothing."""
        return self.planned if self.planned.is_due else self.due if self.due.is_due else None


@dataclass(frozen=True)
class GoingBack:
    """Which return visits of a day are mine: `mine` by id of the case, True where the door is a colleague's."""

    mine: Mapping[str, bool] = field(default_factory=dict)
    others: frozenset[str] = frozenset()

    def trouble(self, case: CaseAt) -> Trouble:
        """The case as a reason to go there; one that a colleague goes back to is none."""
        waits = case.return_visited_at is None and case.case_id not in self.others
        return Trouble(
            case.kind, case.state, case.description or "", case.due_at, case.return_visit_due_at if waits else None,
            case.is_supervised, case.severity, case.happened_at, self.mine.get(case.case_id, False),
        )  # fmt: skip


def door_day(
    door: Door,
    known: Known,
    at: datetime,
    interval_days: int,
    answers: Sequence[PolicyEntry],
    cover_for: str | None,
    going: GoingBack = GoingBack(),
    tries: Sequence[str] = (),
) -> DoorDay:
    """A door as it stands on the office's day of `at`; `tries` are what else to try where nothing was ever voiced."""
    day = office_day(at)
    theirs = [v for v in known.visits if is_theirs(door, v.tenancy_id, v.happened_at)]
    promises = [p for p in known.promises if p.is_open]
    visited = _visited_on(known.visits, day)
    met = [v.happened_at for v in theirs if v.outcome is Outcome.MET]
    standing = Standing(
        door.state, door.started_on, next(iter(met), None), visited.outcome if visited else None,
        tuple(map(_promised, promises)), tuple(map(going.trouble, known.cases)),
        tuple(_look(t) for t in known.looks if t.is_open), tuple(known.storms),
        _campaign_calls(door, known, met, day, interval_days),
    )  # fmt: skip
    morning = _this_morning(standing, known, met, day, going)
    if known.campaigns:
        before = [seen for seen in met if seen < day_start(day)]
        waited = _campaign_calls(door, known, before, day, interval_days, is_morning=True)
        morning = replace(morning, campaigns=waited)
    calls = _calls(theirs, at)
    return DoorDay(
        door, due_today(morning, day, interval_days),
        due_today(standing, day, interval_days), _hours(known, calls, day), _last_talk(theirs, known.needs),
        tuple(promises), _tip(door, known, answers, at, tries), if_closed(calls),
        tuple(c for c in known.cases if c.state is not CaseState.CLOSED), tuple(known.history), visited, known.card,
        cover_for, _returns(known, going, day), _untold(known, at),
        tuple(one for one, told in known.campaigns if told.told_at is None),
    )  # fmt: skip


def return_day(door: Door, known: Known, at: datetime, answers: Sequence[PolicyEntry], going: GoingBack) -> DoorDay:
    """A colleague's door that I go back to: nothing else there is mine, nor does a call by another answer for it."""
    day = office_day(at)
    cases = [c for c in known.cases if c.case_id in going.mine]
    here = replace(known, cases=cases, promises=[], visits=[v for v in known.visits if v.kind is VisitKind.FOLLOW_UP])
    only = Standing(door.state, None, at, None, (), tuple(map(going.trouble, cases)))
    morning = (replace(c, return_visited_at=None) if _since(c.return_visited_at, day_start(day)) else c for c in cases)
    planned = due_today(replace(only, troubles=tuple(map(going.trouble, morning))), day, _NEVER_DAYS)
    told = door_day(door, known, at, _NEVER_DAYS, answers, None, going)
    visited = _visited_on(here.visits, day)
    return replace(
        told, planned=planned, due=due_today(only, day, _NEVER_DAYS), promises=(), visited_today=visited, untold=(),
    )  # fmt: skip


def passing_day(door: Door, known: Known, at: datetime, interval_days: int, answers: Sequence[PolicyEntry]) -> DoorDay:
    """A colleague's door that a patrol comes to: all is said of it, but it is none of the doors of my day."""
    told = door_day(door, known, at, interval_days, answers, None)
    return replace(told, planned=replace(told.planned, is_due=False), due=replace(told.due, is_due=False))


def _hours(known: Known, calls: Sequence[Call], day: date) -> str | None:
    """When it does not suit them, and when it is usually open."""
    said = [one.words for one in known.quiet if one.holds_on(day)]
    return "；".join([*said, usual_hours(calls) or ""]).removesuffix("；") or None


def _untold(known: Known, at: datetime) -> tuple[Untold, ...]:
    since = at - _NEWS_FOR
    needs = [n for n in known.needs if n.waits_to_be_told and n.outcome and (n.settled_at or since) > since]
    kept = [p for p in known.promises if p.waits_to_be_told and (p.kept_at or since) > since]
    return (
        *(Untold("promise", p.id, clipped(p.text, _LONGEST_TALK)) for p in kept),
        *(Untold("need", n.id, clipped(f"{n.text}：{n.outcome}", _LONGEST_TALK)) for n in needs),
    )


def _returns(known: Known, going: GoingBack, day: date) -> tuple[CaseAt, ...]:
    mine = (c for c in known.cases if c.case_id in going.mine and c.return_visited_at is None)
    return tuple(c for c in mine if c.return_visit_due_at and office_day(c.return_visit_due_at) <= day)


def _this_morning(now: Standing, known: Known, met: Iterable[datetime], day: date, going: GoingBack) -> Standing:
    """How it stood when the day began: without today's call, and with what was settled today still open."""
    begins_at = day_start(day)
    promises = (p for p in known.promises if p.promised_at < begins_at and (p.is_open or _since(p.kept_at, begins_at)))
    returned = (
        replace(c, return_visited_at=None) if _since(c.return_visited_at, begins_at) else c
        for c in known.cases
        if c.happened_at < begins_at
    )
    return replace(
        now, last_met_at=next((at for at in met if at < begins_at), None), visited_today=None,
        promises=tuple(map(_promised, promises)), troubles=tuple(map(going.trouble, returned)),
        looks=tuple(_look(t) for t in known.looks if t.made_at < begins_at),
        storms=tuple(replace(s, seen_at=_before(s.seen_at, begins_at)) for s in known.storms if s.made_at < begins_at),
    )  # fmt: skip


def _campaign_calls(
    door: Door, known: Known, met: Sequence[datetime], day: date, interval_days: int, is_morning: bool = False
) -> tuple[CampaignCall, ...]:
    """Campaigns whose window closes before the door's own call; of the morning those told since, too."""
    last = office_day(met[0]) if met else None
    return tuple(
        CampaignCall(words, days_pressing(one, day))
        for one, told in known.campaigns
        if (is_morning or told.told_at is None)
        and (words := call_words(one, last, door.started_on, day, interval_days))
    )


def _look(task: Task) -> Look:
    return Look(task.id, task.text, task.due_at)


def _before(at: datetime | None, begins_at: datetime) -> datetime | None:
    return at if at is not None and at < begins_at else None


def _since(at: datetime | None, begins_at: datetime) -> bool:
    return at is not None and at >= begins_at


def _visited_on(visits: Iterable[Visit], day: date) -> Visit | None:
    """The call of that day that counts: the latest at which somebody was met, else the latest."""
    todays = [v for v in visits if office_day(v.happened_at) == day]
    return next((v for v in todays if v.outcome in _DONE), todays[0] if todays else None)


def _calls(visits: Iterable[Visit], at: datetime) -> list[Call]:
    timed = (v for v in visits if v.happened_at >= at - LOOKS_BACK and has_time(v.happened_at))
    return [Call(v.happened_at, v.outcome is Outcome.MET) for v in timed if v.outcome is not Outcome.CHANGED]


def _last_talk(visits: Iterable[Visit], needs: Iterable[Need]) -> Talk | None:
    noted = [(v.happened_at, 1, v.note) for v in visits if v.note and v.outcome is not Outcome.CLOSED]
    voiced = [(n.voiced_at, 0, n.text) for n in needs if n.text]
    if not noted and not voiced:
        return None
    at, _, text = max([*noted, *voiced])
    return Talk(at, clipped(text, _LONGEST_TALK))


def _tip(door: Door, known: Known, answers: Sequence[PolicyEntry], at: datetime, tries: Sequence[str]) -> Tip | None:
    if door.state in _SHUT:
        return None
    waits = next((one for one, told in known.campaigns if told.told_at is None), None)
    if waits is not None:
        return Tip(waits.words, next((a.id for a in answers if a.id == waits.policy_id), None))
    if tries:
        return Tip(f"一直没开口，{tries[0]}")
    voiced = [n.topic for n in known.needs if n.is_open and n.topic and n.voiced_at >= at - _VOICED_WITHIN]
    asked = [e.topic for e in known.enquiries[:1] if e.topic]
    return tip_for(answers, office_day(at), door.trade, [*voiced, *asked], door.code)


def _promised(promise: Promise) -> Promised:
    return Promised(promise.text, promise.promised_at, promise.due_at)
