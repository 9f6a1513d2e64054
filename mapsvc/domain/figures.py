"""办理情况: the four rates, what each counts, and when a matter counts for one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from mapsvc.domain import effects
from mapsvc.domain.cases import Case, CaseState
from mapsvc.domain.effects import EffectCheck, Result
from mapsvc.domain.tickets import Ticket, counts_for_first_contact, counts_for_handling

LEAST = 5
"""Of fewer matters nothing is said as a share."""
TOO_FEW = f"不到{LEAST}件，不算"


class Rate(StrEnum):
    """What share is taken."""

    ON_TIME = "on_time"
    FIRST_CONTACT = "first_contact"
    SOLVED = "solved"
    SATISFIED = "satisfied"


RATE_NAMES: dict[Rate, str] = {
    Rate.ON_TIME: "按时办结率",
    Rate.FIRST_CONTACT: "先行联系率",
    Rate.SOLVED: "实际解决率",
    Rate.SATISFIED: "满意率",
}

DEFINITIONS: dict[Rate, str] = {
    Rate.ON_TIME: "案件和12345工单里，这段时间里到期的、或到期前就办结的各算一件；到期前办结的算按时。"
    "挂账的时间不算，还没到期也没办结的不算，不予立案、作废和退单不算。",
    Rate.FIRST_CONTACT: "12345工单里，先行联系的时限到了的、或到之前就联系上的各算一件；时限前联系上的算做到。"
    "退单和并单不算。",
    Rate.SOLVED: "结案以后回访的，好了、好些算解决，还那样、更糟、又来了算没解决；"
    "12345工单按来电人说的是不是解决了算。",
    Rate.SATISFIED: "回访时店主自己说的：满意算满意，一般和不满意不算；"
    "12345工单按热线的口径，满意和基本满意都算。没问到的不算。",
}

GENERAL = (
    "导入进来的历史记录不算，它们没有按这里的时限走过。",
    f"{TOO_FEW}。",
    "片区按事情发生那天的划分算；没有一项按人算。",
)


# The hotline's own words.
_CALLER_SAID = {
    effects.Satisfaction.SATISFIED: "满意",
    effects.Satisfaction.FAIR: "基本满意",
    effects.Satisfaction.UNSATISFIED: "不满意",
}


class MatterKind(StrEnum):
    """What a row of a list is."""

    CASE = "case"
    TICKET = "ticket"


@dataclass(frozen=True)
class Spot:
    """What a matter is about and where.

    Attributes
    ----------
    kind : str or None
        Code of a kind of issue.
    number : str
        As people know it.
    """

    number: str
    kind: str | None
    address: str
    lon: float | None = None
    lat: float | None = None


@dataclass(frozen=True)
class Outcome:
    """One matter that counts for one rate, at the moment when it was decided.

    Attributes
    ----------
    id : str
        Of the case or ticket.
    row : str
        Of what decided it: the same case may be called back about twice.
    said : str
        What came of it, in words.
    patch : str or None
        Code of the patch that held the spot on that day.
    """

    rate: Rate
    matter: MatterKind
    id: str
    row: str
    at: datetime
    is_hit: bool
    said: str
    spot: Spot
    patch: str | None = None


@dataclass(frozen=True)
class Figure:
    """A share: how many of how many."""

    hits: int
    total: int

    @property
    def percent(self) -> int | None:
        """In whole per cent; None where there are too few to say."""
        return round(self.hits * 100 / self.total) if self.total >= LEAST else None

    @property
    def text(self) -> str:
        """``92%``, or that there are too few."""
        return TOO_FEW if self.percent is None else f"{self.percent}%"


def figure_of(outcomes: Iterable[Outcome], rate: Rate) -> Figure:
    """The share of `rate` among these outcomes."""
    of_rate = [o.is_hit for o in outcomes if o.rate is rate]
    return Figure(sum(of_rate), len(of_rate))


def of_case(case: Case, spot: Spot, at: datetime) -> list[Outcome]:
    """What a case says about 按时办结 as known at `at`: nothing while it is undecided, imported, merged or rejected."""
    if case.is_imported or case.merged_into or case.state is CaseState.REJECTED:
        return []
    decided = _decided(case.due_at, case.closed_at, case.paused_at, at)
    if decided is None:
        return []
    moment, is_hit = decided
    said = "按时办结" if is_hit else "超时办结" if case.closed_at else "超时未结"
    return [Outcome(Rate.ON_TIME, MatterKind.CASE, case.id, f"case:{case.id}", moment, is_hit, said, spot)]


def of_check(check: EffectCheck, spot: Spot) -> list[Outcome]:
    """What a call after closing says about 实际解决 and 满意."""
    if check.case_id is None:
        return []
    row, found = f"check:{check.id}", []
    solved = check.result in (Result.GONE, Result.BETTER)
    said = effects.RESULT_NAMES[check.result]
    found.append(Outcome(Rate.SOLVED, MatterKind.CASE, check.case_id, row, check.at, solved, said, spot))
    if check.satisfaction is not None:
        is_hit = check.satisfaction is effects.Satisfaction.SATISFIED
        said = effects.SATISFACTION_NAMES[check.satisfaction]
        found.append(Outcome(Rate.SATISFIED, MatterKind.CASE, check.case_id, row, check.at, is_hit, said, spot))
    return found


def of_ticket(ticket: Ticket, spot: Spot, at: datetime) -> list[Outcome]:
    """What an order of the hotline says about each rate as known at `at`."""
    found: list[Outcome] = []
    row = f"ticket:{ticket.id}"

    def add(rate: Rate, moment: datetime, is_hit: bool, said: str) -> None:
        found.append(Outcome(rate, MatterKind.TICKET, ticket.id, row, moment, is_hit, said, spot))

    if counts_for_first_contact(ticket):
        decided = _decided(ticket.first_contact_due_at, ticket.first_contact_at, None, at)
        if decided:
            add(Rate.FIRST_CONTACT, *decided, "时限内联系上" if decided[1] else "过了时限")
    if counts_for_handling(ticket):
        decided = _decided(ticket.due_at, ticket.answered_at, None, at)
        if decided:
            late = "超时办结" if ticket.answered_at else "超时未结"
            add(Rate.ON_TIME, *decided, "按时办结" if decided[1] else late)
        asked_at = ticket.answered_at
        if ticket.is_solved is not None and asked_at:
            add(Rate.SOLVED, asked_at, ticket.is_solved, "已解决" if ticket.is_solved else "没解决")
        if ticket.satisfaction is not None and asked_at:
            is_hit = ticket.satisfaction is not effects.Satisfaction.UNSATISFIED
            add(Rate.SATISFIED, asked_at, is_hit, _CALLER_SAID[ticket.satisfaction])
    return found


def _decided(
    due: datetime | None, done: datetime | None, paused: datetime | None, at: datetime
) -> tuple[datetime, bool] | None:
    """When it was decided, and whether in time: done before its time is up, or the time ran out."""
    if due is None:
        return None
    if done is not None and done <= min(due, at):
        return done, True
    stopped = paused is not None and paused <= due and done is None
    return None if due > at or stopped else (due, False)
