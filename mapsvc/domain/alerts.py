"""Early warnings 早发现: what a detector found, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any


class Rule(StrEnum):
    """What kind of sign it is; the last three belong to the service warnings."""

    OUTBREAK = "outbreak"
    RELAPSE = "relapse"
    RISE = "rise"
    TOPIC = "topic"
    WINDOW = "window"
    LAST_YEAR = "last_year"


RULE_NAMES: dict[Rule, str] = {
    Rule.OUTBREAK: "一处突然多了",
    Rule.RELAPSE: "好了又来",
    Rule.RISE: "全街这一类多了",
    Rule.TOPIC: "问的人多了",
    Rule.WINDOW: "办理窗口快开了",
    Rule.LAST_YEAR: "去年这时候有人问",
}


CERTAIN = frozenset({Rule.WINDOW})
"""Known from the calendar, not found by a test."""


class AlertState(StrEnum):
    """Where a warning stands; held: true enough, but over the week's budget; over: nobody decided and it passed."""

    OPEN = "open"
    HELD = "held"
    ACCEPTED = "accepted"
    DISMISSED = "dismissed"
    OVER = "over"


STATE_NAMES: dict[AlertState, str] = {
    AlertState.OPEN: "等你定",
    AlertState.HELD: "超出本周条数",
    AlertState.ACCEPTED: "接下了",
    AlertState.DISMISSED: "放下了",
    AlertState.OVER: "过去了",
}


class Decision(StrEnum):
    """What an accepted warning became."""

    CASE = "case"
    PLAYBOOK = "playbook"
    WATCH = "watch"
    CAMPAIGN = "campaign"
    NOTED = "noted"


DECISION_NAMES: dict[Decision, str] = {
    Decision.CASE: "作为案件办",
    Decision.PLAYBOOK: "用治理样板",
    Decision.WATCH: "先关注90天",
    Decision.CAMPAIGN: "办一次政策进商铺",
    Decision.NOTED: "知道了",
}


class Dismissal(StrEnum):
    """Why a warning was put aside: the next one is weighed by it."""

    KNOWN = "known"
    EXPLAINED = "explained"
    WRONG = "wrong"
    SMALL = "small"
    OTHER = "other"


DISMISSAL_NAMES: dict[Dismissal, str] = {
    Dismissal.KNOWN: "已经在办",
    Dismissal.EXPLAINED: "有原因，过了就好",
    Dismissal.WRONG: "看错了，没有这回事",
    Dismissal.SMALL: "事情太小",
    Dismissal.OTHER: "别的原因",
}
WAITING = frozenset({AlertState.OPEN, AlertState.HELD})
PASSES_AFTER = timedelta(days=28)
"""Nobody decided and it was not seen again for so long: over."""
WATCHED_FOR = timedelta(days=90)
"""How long a place is looked at whose warning was accepted as a watch."""
TAKE_BACK = timedelta(minutes=10)
"""How long a decision that made something can be taken back."""
THINK_AGAIN = timedelta(days=7)
"""The same where it made nothing."""


@dataclass(frozen=True)
class Candidate:
    """Something a detector tested that may be worth a word.

    Attributes
    ----------
    subject : str
        What it is about, the same for the same trouble in later weeks: ``relapse:PD0001``, ``rise:06010``.
    title, text : str
        One line; why, in words a secretary can repeat: how many, since when, how many are usual.
    p : float
        One-sided, of this test alone.
    from_day, until_day : date
        The days it speaks of.
    evidence : mapping
        method, window (days), n, seed, count, expected, interval, series [{"from", "count", "expected"}…],
        issue_ids, cell, ring, and whatever else shows it.
    """

    rule: Rule
    subject: str
    title: str
    text: str
    p: float
    from_day: date
    until_day: date
    evidence: Mapping[str, Any] = field(default_factory=dict)
    kind: str | None = None
    topic: str | None = None
    place_id: str | None = None
    shop_id: str | None = None
    location_id: str | None = None
    case_id: str | None = None


@dataclass(frozen=True)
class Looked:
    """One detector's week: how many things it tested, and those of them that may stand out.

    `tested` counts every p that was computed, for the false discovery rate; `candidates` may leave out those above 0.2.
    """

    rule: Rule
    tested: int
    candidates: tuple[Candidate, ...]
    method: str


@dataclass(frozen=True)
class Alert:
    """A warning as it is kept; the fields of the `Candidate` it came from, and what became of it."""

    id: str
    rule: Rule
    subject: str
    state: AlertState
    title: str
    text: str
    evidence: Mapping[str, Any]
    p: float
    q: float
    from_day: date
    until_day: date
    raised_at: datetime
    run_id: str | None = None
    seen_again_at: datetime | None = None
    kind: str | None = None
    topic: str | None = None
    place_id: str | None = None
    shop_id: str | None = None
    location_id: str | None = None
    case_id: str | None = None
    decision: Decision | None = None
    decided_ref: str | None = None
    reason: Dismissal | None = None
    reason_text: str | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None
    version: int = 0

    @property
    def last_seen_at(self) -> datetime:
        """When it was found last."""
        return self.seen_again_at or self.raised_at

    @property
    def is_open(self) -> bool:
        """Whether it stands in the inbox."""
        return self.state is AlertState.OPEN

    @property
    def is_waiting(self) -> bool:
        """Whether nobody has decided on it yet."""
        return self.state in WAITING

    @property
    def made_something(self) -> bool:
        """Whether the decision left a case, a playbook's run or a watch behind."""
        return self.decision in (Decision.CASE, Decision.PLAYBOOK, Decision.WATCH, Decision.CAMPAIGN)

    def may_take_back(self, at: datetime) -> bool:
        """Whether the decision is fresh enough to be taken back at `at`."""
        if self.decided_at is None or self.decision is Decision.PLAYBOOK:
            return False
        return at - self.decided_at <= (TAKE_BACK if self.made_something else THINK_AGAIN)


@dataclass(frozen=True)
class AlertRun:
    """One look for warnings.

    Attributes
    ----------
    until_day : date
        The last day that was looked at.
    tested, found, shown : int
        How many p were computed, how many of them passed, how many of those were raised anew.
    budget : int
        How many a week may raise.
    detail : mapping
        Per rule tested and method; ``p``: the week's p by subject; the level and the share of its error.
    """

    id: str
    until_day: date
    made_at: datetime
    tested: int
    found: int
    shown: int
    budget: int
    detail: Mapping[str, Any] = field(default_factory=dict)


def week_of(until_day: date) -> date:
    """The Sunday that opens the week of a look: what is looked at on Monday ends with it."""
    return until_day - timedelta(days=(until_day.weekday() + 1) % 7)
