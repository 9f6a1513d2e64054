"""What was learned from decisions on earlier warnings: how clear the next one must be, or whether it is said at all."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from mapsvc.domain.alerts import CERTAIN, Alert, AlertState, Candidate, Decision, Dismissal

LEVEL, LEAST = 0.10, 0.005
"""The largest q without any lesson, and the least that lessons may ask for."""
FORGOTTEN_AFTER = timedelta(weeks=26)
RESTS_FOR = timedelta(weeks=4)
"""So long the same warning is not said again, unless it has become twice as large (wrong, small)."""
EXPLAINED_FOR = timedelta(weeks=8)
TWICE = 2.0
_UNCLEAR = frozenset({Dismissal.WRONG, Dismissal.SMALL})
_SAID = {Dismissal.WRONG: "看错了", Dismissal.SMALL: "太小"}


@dataclass(frozen=True)
class Lesson:
    """What earlier decisions mean for a warning.

    Attributes
    ----------
    limit : float
        The largest q with which it is said.
    is_quiet : bool
        Not to be said now, however clear.
    words : tuple of str
        Sentences for the page.
    """

    limit: float = LEVEL
    is_quiet: bool = False
    words: tuple[str, ...] = ()


def lesson_of(found: Candidate, past: Sequence[Alert], goes_on: Collection[str], at: datetime) -> Lesson:
    """What `past` decisions teach about `found`.

    Parameters
    ----------
    past : sequence of Alert
        Decided ones; those of other subjects count where rule, kind and topic are the same.
    goes_on : collection of str
        Ids of the cases, runs and context events among their `decided_ref` and `case_id` that are not over.
    """
    decided = [a for a in past if a.decided_at is not None and a.decided_at <= at]
    own = [a for a in decided if a.subject == found.subject]
    alike = [
        a
        for a in decided
        if a.subject != found.subject and (a.rule, a.kind, a.topic) == (found.rule, found.kind, found.topic)
    ]
    if own and found.rule in CERTAIN:
        return Lesson(is_quiet=True, words=("这一次开办已经定过了，不再提醒。",))
    for one in sorted(own, key=_when, reverse=True):
        if told := _why_quiet(one, found, goes_on, at):
            return Lesson(is_quiet=True, words=(told,))
    return _how_clear([a for a in own if _counts(a, at)], [a for a in alike if _counts(a, at)])


def taught(one: Alert) -> str:
    """What a decision teaches, said right after it was made; empty where nothing."""
    if one.rule in CERTAIN and one.reason is not None:
        return "记住了：这一次开办不再提醒，明年照日历再提醒。不想要的，请在政策日历里停用。"
    match one.reason:
        case Dismissal.WRONG | Dismissal.SMALL:
            return "记住了：同一处四周内要多出一倍才再提醒，以后也要更明显才提醒，半年后忘掉。"
        case Dismissal.EXPLAINED:
            return "记住了：这个原因还在时不再提醒；没写是哪一条诱因的，八周内不再提醒。"
        case Dismissal.KNOWN:
            return "记住了：案件还在办时不再提醒；没有案件的，四周内不再提醒。"
        case Dismissal.OTHER:
            return "记住了：同一处四周内不再提醒。"
    return ""


def _how_clear(own: Sequence[Alert], alike: Sequence[Alert]) -> Lesson:
    # A neighbour's lesson says less than the place's own: two of them weigh as one.
    times = len(own) + len(alike) // 2
    words = []
    if own:
        last = max(own, key=_when)
        words.append(f"上次说是{_SAID[last.reason or Dismissal.SMALL]}，这次要更明显才提醒。")
    if len(alike) > 1:
        words.append(f"别处同类的提醒半年内有{len(alike)}次被放下，这一类要更明显才提醒。")
    return Lesson(max(LEAST, LEVEL * 0.5**times), words=tuple(words))


def _why_quiet(before: Alert, found: Candidate, goes_on: Collection[str], at: datetime) -> str:
    rests = at - _when(before) < RESTS_FOR
    on = bool({before.decided_ref, before.case_id} & set(goes_on))
    if before.state is AlertState.ACCEPTED:
        if on and before.decision in (Decision.CASE, Decision.PLAYBOOK, Decision.CAMPAIGN):
            return "上次接下来的事还在办，先不再提醒。"
        return "四周内已经接下来过，先不再提醒。" if rests else ""
    if before.reason is Dismissal.KNOWN:
        return "上次说已经在办，先不再提醒。" if on or rests else ""
    if before.reason is Dismissal.EXPLAINED:
        return "上次说有原因，原因还在，先不再提醒。" if on or at - _when(before) < EXPLAINED_FOR else ""
    if before.reason in _UNCLEAR:
        small = _count(found) < TWICE * _count_of(before)
        said = _SAID[before.reason]
        return f"上次说是{said}，还没有多出一倍，先不再提醒。" if rests and small else ""
    return "上次放下还不到四周，先不再提醒。" if rests else ""


def _counts(one: Alert, at: datetime) -> bool:
    return one.reason in _UNCLEAR and at - _when(one) < FORGOTTEN_AFTER


def _when(one: Alert) -> datetime:
    assert one.decided_at is not None  # only decided ones are asked
    return one.decided_at


def _count(found: Candidate) -> float:
    return float(found.evidence.get("count") or 0)


def _count_of(one: Alert) -> float:
    return max(float(one.evidence.get("count") or 0), 1.0)
