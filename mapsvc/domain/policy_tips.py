"""What to bring along unasked: one line for a door, hints while a condition can still be met, what runs out soon."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from mapsvc.domain import topics
from mapsvc.domain.policies import Condition, PolicyEntry

EXPIRING = timedelta(days=60)


@dataclass(frozen=True)
class Tip:
    """顺带: one line for a door, and the id of the entry to bring along."""

    text: str
    answer: str | None = None


@dataclass(frozen=True)
class Hint:
    """Something to do this month, so that a condition is met when it is asked for."""

    entry: PolicyEntry
    condition: Condition


def tip_for(
    entries: Sequence[PolicyEntry], day: date, trade: str | None, asked: Iterable[str], code: str = ""
) -> Tip | None:
    """What to bring along to a door: what was asked there, else what the season and the trade make of use.

    Parameters
    ----------
    entries : sequence of PolicyEntry
    day : date
    trade : str or None
        Of who runs the shop now.
    asked : iterable of str
        Topics voiced or asked there, the latest first.
    code : str
        Of the door: neighbours get different ones of several that fit.
    """
    valid = [e for e in entries if e.is_valid(day)]
    for topic in asked:
        if topic != topics.OTHER and (one := next((e for e in valid if e.topic == topic), None)):
            return Tip(f"问过，带上《{one.title}》", one.id)
    fitting = [e for e in valid if day.month in e.months and (not e.trades or trade in e.trades)]
    if not fitting:
        return None
    own = [e for e in fitting if e.trades] or fitting
    one = own[sum(map(ord, code)) % len(own)]
    return Tip(f"可带上《{one.title}》", one.id)


def hints_on(entries: Iterable[PolicyEntry], day: date) -> tuple[Hint, ...]:
    """What is to be said in the month of `day`, in the order of the entries."""
    return tuple(
        Hint(entry, condition)
        for entry in entries
        if entry.is_valid(day)
        for condition in entry.conditions
        if condition.hint and day.month in condition.hint_months
    )


def is_expiring(entry: PolicyEntry, day: date) -> bool:
    """Whether it may be said on `day`, and no longer than two months."""
    return entry.valid_until is not None and day <= entry.valid_until <= day + EXPIRING


def is_expired(entry: PolicyEntry, day: date) -> bool:
    """Whether its last day is over."""
    return entry.valid_until is not None and entry.valid_until < day
