"""周报、月报: what a report counts, its rows, its stories, and how it is kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from mapsvc.domain.figures import Figure, Rate
from mapsvc.domain.periods import Period
from mapsvc.domain.times import iso, parse_iso

STORIES = 3


class ListId(StrEnum):
    """A number of the report, and the list behind it."""

    VISITS = "visits"
    STRETCHES = "stretches"
    NEEDS = "needs"
    SETTLED = "settled"
    ISSUES = "issues"
    CLOSED = "closed"
    OPEN = "open"
    OVERDUE = "overdue"
    STUCK = "stuck"
    PROMISES = "promises"
    KEPT = "kept"
    ENQUIRIES = "enquiries"
    ANSWERED = "answered"
    TICKETS = "tickets"
    KNOWN = "known"
    COUNCILS = "councils"
    RESPONSES = "responses"
    CHECKS = "checks"
    EASED = "eased"
    NEXT_DUE = "next_due"
    NEXT_RETURNS = "next_returns"
    NEXT_PROMISES = "next_promises"
    ON_TIME = "on_time"
    ON_TIME_HIT = "on_time_hit"
    FIRST_CONTACT = "first_contact"
    FIRST_CONTACT_HIT = "first_contact_hit"
    SOLVED = "solved"
    SOLVED_HIT = "solved_hit"
    SATISFIED = "satisfied"
    SATISFIED_HIT = "satisfied_hit"


# Name and counter of each.
LIST_NAMES: dict[ListId, tuple[str, str]] = {
    ListId.VISITS: ("走访", "户次"),
    ListId.STRETCHES: ("走过路段", "段"),
    ListId.NEEDS: ("听到诉求", "条"),
    ListId.SETTLED: ("诉求办好", "条"),
    ListId.ISSUES: ("新发现问题", "件"),
    ListId.CLOSED: ("办结", "件"),
    ListId.OPEN: ("期末在办", "件"),
    ListId.OVERDUE: ("期末超时", "件"),
    ListId.STUCK: ("卡住的", "件"),
    ListId.PROMISES: ("到期的承诺", "件"),
    ListId.KEPT: ("承诺办到", "件"),
    ListId.ENQUIRIES: ("到期的咨询", "条"),
    ListId.ANSWERED: ("按时答复", "条"),
    ListId.TICKETS: ("12345来件", "件"),
    ListId.KNOWN: ("其中先发现", "件"),
    ListId.COUNCILS: ("三方议事会", "次"),
    ListId.RESPONSES: ("红色响应", "次"),
    ListId.CHECKS: ("回访问效", "件"),
    ListId.EASED: ("回访好了", "件"),
    ListId.NEXT_DUE: ("接下来到期", "件"),
    ListId.NEXT_RETURNS: ("接下来回访", "件"),
    ListId.NEXT_PROMISES: ("接下来到期的承诺", "件"),
    ListId.ON_TIME: ("按时办结率里算进来的", "件"),
    ListId.ON_TIME_HIT: ("按时办结", "件"),
    ListId.FIRST_CONTACT: ("先行联系率里算进来的", "件"),
    ListId.FIRST_CONTACT_HIT: ("先行联系做到", "件"),
    ListId.SOLVED: ("实际解决率里算进来的", "件"),
    ListId.SOLVED_HIT: ("实际解决", "件"),
    ListId.SATISFIED: ("满意率里算进来的", "件"),
    ListId.SATISFIED_HIT: ("满意", "件"),
}

SHOWN = (
    ListId.VISITS, ListId.STRETCHES, ListId.NEEDS, ListId.SETTLED, ListId.ISSUES, ListId.CLOSED, ListId.OPEN,
    ListId.OVERDUE, ListId.PROMISES, ListId.KEPT, ListId.ENQUIRIES, ListId.ANSWERED, ListId.TICKETS, ListId.KNOWN,
    ListId.COUNCILS, ListId.RESPONSES, ListId.CHECKS, ListId.EASED,
)  # fmt: skip
"""The numbers of the table, in their order; those that are 0 in both spans are left out."""


@dataclass(frozen=True)
class Item:
    """A row of a list.

    Attributes
    ----------
    ref_type, ref : str
        What it opens: a case by its id, a shop by its code, a ticket by its number, a stretch of street by its name.
    what, where, said : str
        Kind or topic, place, and what came of it; nobody's name, nothing a merchant wrote.
    """

    ref_type: str
    ref: str
    what: str
    where: str
    at: datetime | None = None
    said: str = ""

    def to_json(self) -> list[str]:
        """As a frozen report keeps it."""
        return [self.ref_type, self.ref, self.what, self.where, iso(self.at) if self.at else "", self.said]

    @classmethod
    def from_json(cls, kept: list[str]) -> "Item":
        """What `to_json` wrote."""
        ref_type, ref, what, where, at, said = kept
        return cls(ref_type, ref, what, where, parse_iso(at) if at else None, said)


def rate_list(rate: Rate, *, hits: bool = False) -> ListId:
    """The list behind a rate: all that count, or those that made it."""
    return ListId(f"{rate.value}_hit" if hits else rate.value)


Lists = Mapping[ListId, tuple[Item, ...]]


@dataclass(frozen=True)
class StoryPhoto:
    """A picture of a story."""

    id: str
    sha256: str
    url: str
    taken_at: datetime


@dataclass(frozen=True)
class Story:
    """What happened to one case, told from its facts.

    Attributes
    ----------
    weight : int
        What speaks for telling it: a pair of pictures most, then a council or red response, then an effect that was
        looked at.
    """

    case_id: str
    where: str
    kind: str
    told: str
    at: datetime
    weight: int = 0
    before: StoryPhoto | None = None
    after: StoryPhoto | None = None

    @property
    def name(self) -> str:
        """What it is called where one is chosen."""
        return f"{self.where} {self.kind}"


@dataclass(frozen=True)
class RateLine:
    """A rate of the span and of the one before."""

    rate: Rate
    now: Figure
    before: Figure


@dataclass(frozen=True)
class Gathered:
    """Everything a report is made of, as known at `as_of`.

    Attributes
    ----------
    stories : tuple of Story
        All that could be told, the weightiest first.
    of_stretches : int
        How many stretches of street there are.
    """

    period: Period
    as_of: datetime
    now: Lists
    before: Lists
    rates: tuple[RateLine, ...]
    stories: tuple[Story, ...]
    of_stretches: int = 0

    def count(self, which: ListId) -> int:
        """The number of the span."""
        return len(self.now.get(which, ()))

    def count_before(self, which: ListId) -> int:
        """The number of the span before."""
        return len(self.before.get(which, ()))

    @property
    def is_running(self) -> bool:
        """Whether the span has not ended."""
        return self.as_of < self.period.until_at

    @property
    def compared_with(self) -> str:
        """What its numbers are compared with: while it runs, the span before up to the same moment."""
        return f"{self.period.last_one}同期" if self.is_running else self.period.last_one


@dataclass(frozen=True)
class Body:
    """What somebody changed in a draft.

    Attributes
    ----------
    texts : mapping
        Sentence -> as typed; an empty one is left out of the report.
    stories : tuple of str or None
        Cases chosen; None: as the rule chooses.
    told : mapping
        Case -> its story as typed.
    based_on, reason
        Of a draft made by taking a frozen report back: which, and why.
    """

    texts: Mapping[str, str] = field(default_factory=dict)
    stories: tuple[str, ...] | None = None
    told: Mapping[str, str] = field(default_factory=dict)
    based_on: str | None = None
    reason: str | None = None

    def to_json(self) -> dict[str, Any]:
        """As it is stored."""
        stories = list(self.stories) if self.stories is not None else None
        return {
            "texts": dict(self.texts), "stories": stories, "told": dict(self.told),
            "based_on": self.based_on, "reason": self.reason,
        }  # fmt: skip

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Body":
        """What `to_json` wrote."""
        stories = kept.get("stories")
        chosen = tuple(stories) if stories is not None else None
        return cls(kept.get("texts", {}), chosen, kept.get("told", {}), kept.get("based_on"), kept.get("reason"))


@dataclass(frozen=True)
class Frozen:
    """A report as it was when it was frozen, byte for byte.

    Attributes
    ----------
    article, screen : str
        HTML of the page's report and of the slides.
    plain : str
        The five lines for a group.
    docx : str
        The file, in base64.
    lists, lists_before : mapping
        The rows behind its numbers.
    """

    article: str
    screen: str
    plain: str
    docx: str
    lists: Lists
    lists_before: Lists

    def to_json(self) -> dict[str, Any]:
        """As it is stored."""
        return {
            "article": self.article, "screen": self.screen, "plain": self.plain, "docx": self.docx,
            "lists": _rows_of(self.lists), "lists_before": _rows_of(self.lists_before),
        }  # fmt: skip

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Frozen":
        """What `to_json` wrote."""
        lists, before = _lists_of(kept["lists"]), _lists_of(kept["lists_before"])
        return cls(kept["article"], kept["screen"], kept["plain"], kept["docx"], lists, before)


@dataclass(frozen=True)
class Report:
    """A kept report, draft or frozen."""

    id: str
    period: Period
    title: str
    body: Body
    made_at: datetime
    version: int = 1
    made_by: str | None = None
    changed_at: datetime | None = None
    frozen_at: datetime | None = None
    frozen_by: str | None = None
    frozen: Frozen | None = None

    @property
    def is_frozen(self) -> bool:
        """Whether it can no longer change."""
        return self.frozen_at is not None

    def changed(self, body: Body, at: datetime) -> "Report":
        """The next version of a draft."""
        return replace(self, body=body, version=self.version + 1, changed_at=at)


def chosen_stories(body: Body, candidates: tuple[Story, ...]) -> tuple[Story, ...]:
    """The stories of a draft: those chosen, else by the rule; with what was typed about them."""
    known = {story.case_id: story for story in candidates}
    picked = pick(candidates) if body.stories is None else [known[i] for i in body.stories if i in known]
    return tuple(replace(s, told=body.told.get(s.case_id) or s.told) for s in picked[:STORIES])


def pick(candidates: tuple[Story, ...]) -> list[Story]:
    """The weightiest ones, of different kinds as far as there are."""
    ordered = sorted(candidates, key=lambda s: (-s.weight, -s.at.timestamp(), s.case_id))
    first_of_kind = {story.kind: story for story in reversed(ordered)}
    varied = [story for story in ordered if first_of_kind[story.kind] is story]
    return (varied + [story for story in ordered if story not in varied])[:STORIES]


def _rows_of(lists: Lists) -> dict[str, list[list[str]]]:
    return {which.value: [item.to_json() for item in items] for which, items in lists.items()}


def _lists_of(kept: Mapping[str, list[list[str]]]) -> Lists:
    return {ListId(which): tuple(Item.from_json(row) for row in rows) for which, rows in kept.items()}
