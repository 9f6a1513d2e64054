"""今日: whether a door is due on a day of the office, and for what; the reasons as a worker says them."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from mapsvc.domain.cases import CaseState, Severity
from mapsvc.domain.kinds import kind_of
from mapsvc.domain.shops import FIRST_VISIT_WITHIN, NEW_FOR, ShopState
from mapsvc.domain.times import office_day
from mapsvc.domain.visit_programme import needs_special_visit, special_words
from mapsvc.domain.visits import Outcome, VisitKind

FIRST_VISIT_DAYS = FIRST_VISIT_WITHIN.days
"""A new shop is called on within so many days."""
_NEW_FOR_DAYS = NEW_FOR.days
_UNDATED_PROMISE_DAYS = 7
_SHUT = frozenset({ShopState.VACANT, ShopState.CLOSED})
_DONE = frozenset({Outcome.MET, Outcome.CHANGED})
# Fire, sleeping in the shop, charging, gas, a sign about to fall: nobody waits for their time to run out.
HAZARDS = frozenset({"L0005", "L0008", "L0010", "L0011", "L0012"})
_LONGEST_TEXT = 24
_LONGEST_LOOK = 40
_HOW_IT_STANDS = {
    CaseState.REPORTED: "还没派人，看一眼",
    CaseState.SELF_CORRECTING: "店家在自己改，看一眼",
    CaseState.DISPATCHED: "派出去了，问进度",
    CaseState.HANDLING: "在处理，问进度",
    CaseState.VERIFYING: "说办好了，看效果",
    CaseState.SUSPENDED: "挂着，说一声",
}


class Code(StrEnum):
    """Why a door is due."""

    PROMISE = "promise"
    RETURN_VISIT = "return_visit"
    SPECIAL = "special"
    LOOK = "look"
    STORM = "storm"
    FIRST_VISIT = "first_visit"
    ISSUE = "issue"
    CAMPAIGN = "campaign"
    CALL = "call"


@dataclass(frozen=True)
class Because:
    """One reason: the words shown, of issues the kind, for its sign, of a look the task it is.

    `days_late` is for how many days it has been due; it weighs, and is no part of what is said.
    """

    code: Code
    text: str
    kind: str | None = None
    task_id: str | None = None
    days_late: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Promised:
    """An open promise to who runs the shop now."""

    text: str
    promised_at: datetime
    due_at: datetime | None = None

    @property
    def due_day(self) -> date:
        """By when it is to be kept; without a day a week after it was given, so that it is not forgotten."""
        if self.due_at is not None:
            return office_day(self.due_at)
        return office_day(self.promised_at) + timedelta(days=_UNDATED_PROMISE_DAYS)


@dataclass(frozen=True)
class Trouble:
    """An issue at the door: its case open, or closed and waiting for a return visit since `return_visit_due_at`.

    Attributes
    ----------
    by_another : bool
        Whether somebody goes back there who does not look after the door.
    """

    kind: str
    state: CaseState
    text: str = ""
    due_at: datetime | None = None
    return_visit_due_at: datetime | None = None
    is_supervised: bool = False
    severity: Severity | None = None
    reported_at: datetime | None = None
    by_another: bool = False

    def is_late(self, day: date) -> bool:
        """Whether its time runs out by the end of `day`, the clock not standing still."""
        running = self.state not in (CaseState.CLOSED, CaseState.SUSPENDED)
        return running and self.due_at is not None and office_day(self.due_at) <= day

    def is_serious(self) -> bool:
        """Whether somebody should look at it without waiting for its time to run out."""
        grave = self.is_supervised or self.kind in HAZARDS or self.severity is Severity.DANGER
        return self.state is not CaseState.SUSPENDED and grave

    def awaits_special(self, called_at: datetime | None) -> bool:
        """Whether a special visit is due: it is grave, and nobody was met since it was reported."""
        if self.reported_at is None:
            return False
        return needs_special_visit(self.state, self.severity, self.reported_at, called_at)


@dataclass(frozen=True)
class Look:
    """举一反三: the door is to be looked at because of what was found next to it."""

    task_id: str
    text: str
    due_at: datetime | None = None


@dataclass(frozen=True)
class StormLook:
    """雨前雨后: the door is on the list of a storm that is open.

    Attributes
    ----------
    made_at : datetime
        When the storm was called.
    seen_at : datetime or None
        Since when nobody need go there for it.
    """

    text: str
    made_at: datetime
    seen_at: datetime | None = None


@dataclass(frozen=True)
class CampaignCall:
    """政策进商铺: somebody goes there for it alone, since the window closes before the door's own call."""

    text: str
    days_pressing: int = 0


@dataclass(frozen=True)
class Standing:
    """What is known of a door this morning.

    Attributes
    ----------
    started_on : date or None
        Since when who runs it now does so.
    last_met_at : datetime or None
        When who runs it now was last met.
    visited_today : Outcome or None
        Of the last call made today by anybody.
    """

    state: ShopState
    started_on: date | None = None
    last_met_at: datetime | None = None
    visited_today: Outcome | None = None
    promises: tuple[Promised, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    looks: tuple[Look, ...] = ()
    storms: tuple[StormLook, ...] = ()
    campaigns: tuple[CampaignCall, ...] = ()


@dataclass(frozen=True)
class Due:
    """Whether to go there today, as which kind of visit, why; `pressing` compares doors, the higher the sooner."""

    is_due: bool
    kind: VisitKind
    reasons: tuple[Because, ...]
    pressing: int = 0
    promises_due: int = 0


def due_today(door: Standing, day: date, interval_days: int) -> Due:
    """What is due at `door` on `day`.

    Due are promises to be kept by the day after, return visits whose day has come, special visits to what is grave and
    nobody saw since it was reported, looks at what was found next door and at what may leak before or after rain, the
    first visit to a new shop, issues that are serious or whose time runs out, what is to be told before a window
    closes, and a call where nobody was met for `interval_days`. What is known besides (an issue
    in hand, a promise for next week) is no reason to go, but is said to who goes. Nothing is due at doors that are
    vacant or closed, nor where somebody was met today.
    """
    promised = [p for p in door.promises if p.due_day <= day + timedelta(days=1)]
    returns = [t for t in door.troubles if _awaits_return(t, day)]
    specials = [t for t in door.troubles if t.awaits_special(door.last_met_at)]
    open_ = [t for t in door.troubles if t.state is not CaseState.CLOSED and t not in specials]
    pressing_issues = [*specials, *(t for t in open_ if t.is_late(day) or t.is_serious())]
    calls = _call(door, day, interval_days)
    storms = [one for one in door.storms if one.seen_at is None]
    is_due = bool(promised or returns or pressing_issues or door.looks or storms or calls or door.campaigns)
    if door.state in _SHUT or door.visited_today in _DONE:
        is_due = False
    reasons = (
        *(_of_promise(p, day) for p in sorted(promised, key=lambda p: (p.due_day, p.promised_at, p.text))),
        *(_of_return(t, day) for t in returns),
        *(_of_special(t, day) for t in specials),
        *(_of_look(one, day) for one in door.looks),
        *(Because(Code.STORM, clipped(one.text, _LONGEST_LOOK)) for one in storms),
        *(c for c in calls if c.code is Code.FIRST_VISIT),
        *(_of_issue(t, day) for t in sorted(open_, key=lambda t: (not t.is_late(day), not t.is_serious()))),
        *(Because(Code.CAMPAIGN, one.text, days_late=one.days_pressing) for one in door.campaigns),
        *(c for c in calls if c.code is Code.CALL),
    )
    kind = VisitKind.FOLLOW_UP if returns else VisitKind.SPECIAL if pressing_issues else VisitKind.REGULAR
    late = max(((day - p.due_day).days for p in promised), default=-1)
    levels = (
        late > 0,
        bool(promised),
        bool(returns),
        any(t.is_late(day) for t in pressing_issues),
        bool(pressing_issues or door.looks or storms),
    )
    pressing = sum(16 >> n for n, holds in enumerate(levels) if holds) if is_due else 0
    return Due(is_due, kind, reasons if is_due else (), pressing, len(promised) if is_due else 0)


def first_visit_by(started_on: date) -> date:
    """The last day on which a new shop is called on in time."""
    return started_on + timedelta(days=FIRST_VISIT_DAYS)


def clipped(text: str, longest: int) -> str:
    """`text` on one line of at most `longest` characters."""
    line = " ".join(text.split())
    return line if len(line) <= longest else line[: longest - 1] + "…"


def _awaits_return(trouble: Trouble, day: date) -> bool:
    due = trouble.return_visit_due_at
    return trouble.state is CaseState.CLOSED and due is not None and office_day(due) <= day


def _call(door: Standing, day: date, interval_days: int) -> tuple[Because, ...]:
    if door.last_met_at is not None:
        days = (day - office_day(door.last_met_at)).days
        over = days - interval_days
        return (Because(Code.CALL, f"{days}天没走到", days_late=over),) if over >= 0 else ()
    started = door.started_on
    if started is not None and started > day:
        return ()
    if started is None or (day - started).days > _NEW_FOR_DAYS:
        # Nobody knows since when: it has waited long enough to weigh like one that has.
        waits = (day - started).days - interval_days if started else FIRST_VISIT_DAYS
        return (Because(Code.CALL, "还没走到过", days_late=waits),)
    by = first_visit_by(started)
    late = f"，过了{(day - by).days}天" if day > by else ""
    text = f"新店，{FIRST_VISIT_DAYS}天内上门（{by.month}月{by.day}日前{late}）"
    return (Because(Code.FIRST_VISIT, text, days_late=(day - by).days),)


def _of_promise(promise: Promised, day: date) -> Because:
    days = (promise.due_day - day).days
    when = "明天到期" if days > 0 else "今天到期" if days == 0 else f"过了{-days}天"
    return Because(Code.PROMISE, f"答应的事{when}：{clipped(promise.text, _LONGEST_TEXT)}", days_late=-days)


def _of_return(trouble: Trouble, day: date) -> Because:
    what = clipped(trouble.text, _LONGEST_TEXT) or kind_of(trouble.kind).short_name
    said = f"换人回访：{what}" if trouble.by_another else f"回访：{what}，看效果"
    return Because(Code.RETURN_VISIT, said, trouble.kind, days_late=_days_since(trouble.return_visit_due_at, day))


def _of_special(trouble: Trouble, day: date) -> Because:
    severity = trouble.severity or Severity.SERIOUS
    words = special_words(kind_of(trouble.kind).short_name, severity)
    return Because(Code.SPECIAL, words, trouble.kind, days_late=_days_since(trouble.reported_at, day))


def _of_look(look: Look, day: date) -> Because:
    late = _days_since(look.due_at, day)
    return Because(Code.LOOK, clipped(look.text, _LONGEST_LOOK), task_id=look.task_id, days_late=late)


def _days_since(at: datetime | None, day: date) -> int:
    return (day - office_day(at)).days if at is not None else 0


def _of_issue(trouble: Trouble, day: date) -> Because:
    late = ""
    if trouble.is_late(day) and trouble.due_at is not None:
        late = "，今天到时限" if office_day(trouble.due_at) == day else "，已超时"
    name = kind_of(trouble.kind).short_name
    return Because(Code.ISSUE, f"{name}{_HOW_IT_STANDS.get(trouble.state, '')}{late}", trouble.kind)
