"""Early warnings 早发现: what a detector found, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
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


class AlertState(StrEnum):
    """Where a warning stands; held: true enough, but over the week's budget; over: nobody decided and it passed."""

    OPEN = "open"
    HELD = "held"
    ACCEPTED = "accepted"
    DISMISSED = "dismissed"
    OVER = "over"


class Decision(StrEnum):
    """What an accepted warning became."""

    CASE = "case"
    PLAYBOOK = "playbook"
    WATCH = "watch"
    CAMPAIGN = "campaign"
    NOTED = "noted"


class Dismissal(StrEnum):
    """Why a warning was put aside: the next one is weighed by it."""

    KNOWN = "known"
    EXPLAINED = "explained"
    WRONG = "wrong"
    SMALL = "small"
    OTHER = "other"


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
