"""What a report is made of: its lists for the span and the one before, rates, and the stories that could be told."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection

from mapsvc.domain.cases import CaseState
from mapsvc.domain.clock import read_clock
from mapsvc.domain.coverage import PART_NAMES
from mapsvc.domain.effects import Result
from mapsvc.domain.figures import MatterKind, Outcome, Rate, figure_of
from mapsvc.domain.issues import ISSUE_SOURCE_NAMES, IssueSource
from mapsvc.domain.kinds import kind_of
from mapsvc.domain.periods import Period, day_words
from mapsvc.domain.photos import Photo, PhotoOf, Purpose
from mapsvc.domain.reports import Gathered, Item, ListId, RateLine, Story, StoryPhoto, rate_list
from mapsvc.domain.times import office_day
from mapsvc.operations.clock import working_days
from mapsvc.operations.coverage import walked_between
from mapsvc.operations.figures import outcomes
from mapsvc.operations.stretches import stretches_of
from mapsvc.operations.workspace import Workspace
from mapsvc.store import photos as store_photos
from mapsvc.store import report_lists as rows
from mapsvc.store.report_lists import CaseAt

_L = ListId
_GOOD = (Result.GONE, Result.BETTER)
_PAIR, _TOGETHER, _SEEN, _LONG = 8, 4, 2, 1
_LONG_DAYS = 7
# The store keeps whole seconds: what is written now counts.
_MOMENT = timedelta(seconds=1)
_AS_FOUND = (None, Purpose.BEFORE, Purpose.SURVEY)


def gather(ws: Workspace, conn: Connection, period: Period, at: datetime) -> Gathered:
    """Everything about a span as known at `at`; who may see it is for the caller to ask."""
    rates_now, rates_before = outcomes(ws, conn, period), outcomes(ws, conn, period.before)
    lines = tuple(RateLine(r, figure_of(rates_now, r), figure_of(rates_before, r)) for r in Rate)
    now = _lists(conn, period, period.until_at, at) | _rate_lists(rates_now)
    coming = period.after
    now[_L.NEXT_DUE] = _items(rows.due(conn, coming.from_at, coming.until_at), "due")
    now[_L.NEXT_RETURNS] = _items(rows.return_visits(conn, coming.from_at, coming.until_at), "return")
    promised = rows.promises(conn, coming.from_at, coming.until_at)
    now[_L.NEXT_PROMISES] = tuple(item for item, kept in promised if kept is None)
    so_far = _as_far(period, at)
    before = _lists(conn, period.before, so_far, at) | _rate_lists(rates_before)
    now[_L.STRETCHES] = _stretches(ws, conn, period.from_at, min(period.until_at, at + _MOMENT))
    before[_L.STRETCHES] = _stretches(ws, conn, period.before.from_at, min(so_far, at + _MOMENT))
    told = stories(conn, period, at)
    return Gathered(period, at, now, before, lines, told, len(stretches_of(ws)))


def _stretches(ws: Workspace, conn: Connection, since: datetime, until: datetime) -> tuple[Item, ...]:
    """The stretches of street that were walked, in the order of the streets, with the parts of the day."""
    return tuple(
        Item("stretch", name, one.side_label, one.label, None, "、".join(PART_NAMES[part] for part in parts))
        for name, one, parts in walked_between(ws, conn, since, until)
    )


def spots(conn: Connection, gathered: Gathered) -> list[tuple[CaseAt, Item]]:
    """The cases of what was reported in the span, for the map."""
    items = {item.ref: item for item in gathered.now[_L.ISSUES]}
    found = rows.cases_by_ids(conn, items)
    return [(found[ref], item) for ref, item in items.items() if ref in found and found[ref].lon is not None]


def places_of(conn: Connection, case_ids: Iterable[str]) -> dict[str, CaseAt]:
    """Where the cases of stories are."""
    return rows.cases_by_ids(conn, case_ids)


def _rate_lists(found: Sequence[Outcome]) -> dict[ListId, tuple[Item, ...]]:
    lists: dict[ListId, tuple[Item, ...]] = {}
    for rate in Rate:
        counted = sorted((o for o in found if o.rate is rate), key=lambda o: (o.at, o.row))
        lists[rate_list(rate)] = tuple(_outcome_item(o) for o in counted)
        lists[rate_list(rate, hits=True)] = tuple(_outcome_item(o) for o in counted if o.is_hit)
    return lists


def _outcome_item(one: Outcome) -> Item:
    is_case = one.matter is MatterKind.CASE
    what = kind_of(one.spot.kind).name if one.spot.kind else "没有类别"
    ref = one.id if is_case else one.spot.number
    return Item(one.matter.value, ref, what, one.spot.address, one.at, one.said)


def _as_far(period: Period, at: datetime) -> datetime:
    """How far the span before is looked at: while a span runs, as long as it has run."""
    before = period.before
    return min(before.until_at, before.from_at + (at - period.from_at)) if at < period.until_at else before.until_at


def _lists(conn: Connection, period: Period, until: datetime, at: datetime) -> dict[ListId, tuple[Item, ...]]:
    since, until = period.from_at, min(until, at + _MOMENT)
    reported = rows.issues(conn, since, until)
    promised = rows.promises(conn, since, until)
    called = rows.tickets(conn, since, until)
    asked = rows.enquiries(conn, since, until)
    open_ = rows.open_at(conn, until)
    late = [c for c in open_ if _was_late(c, until)]
    checked = rows.checks(conn, since, until)
    held, called_up = rows.councils(conn, since, until), rows.responses(conn, since, until)
    brought = [*(case_id for case_id, _ in (*held, *called_up)), *(case_id for case_id, *_ in checked)]
    known = rows.cases_by_ids(conn, brought)
    return {
        _L.VISITS: tuple(rows.visits(conn, since, until)),
        _L.NEEDS: tuple(rows.needs(conn, since, until)),
        _L.SETTLED: tuple(rows.needs(conn, since, until, settled=True)),
        _L.ISSUES: tuple(item for item, _ in reported),
        _L.CLOSED: _items(rows.closed(conn, since, until), "closed"),
        _L.OPEN: tuple(c.item(c.case.opened_at) for c in open_),
        _L.OVERDUE: tuple(c.item(c.case.due_at, _late_words(conn, c, until)) for c in late),
        _L.STUCK: _stuck(conn, open_, late, until),
        _L.PROMISES: tuple(item for item, _ in promised),
        _L.KEPT: tuple(item for item, kept in promised if kept is not None),
        _L.ENQUIRIES: tuple(item for item, _ in asked),
        _L.ANSWERED: tuple(item for item, in_time in asked if in_time),
        _L.TICKETS: tuple(item for item, _ in called),
        _L.KNOWN: tuple(item for item, is_known in called if is_known),
        _L.COUNCILS: tuple(known[c].item(on) for c, on in held if c in known),
        _L.RESPONSES: tuple(known[c].item(on) for c, on in called_up if c in known),
        _L.CHECKS: tuple(known[c].item(on, said) for c, on, _, said in checked if c in known),
        _L.EASED: tuple(known[c].item(on, said) for c, on, result, said in checked if c in known and result in _GOOD),
    }


def _items(cases: Sequence[CaseAt], of: str) -> tuple[Item, ...]:
    times = {"due": "due_at", "return": "return_visit_due_at", "closed": "closed_at"}
    found = [(getattr(c.case, times[of]), c) for c in cases]
    return tuple(c.item(at) for at, c in sorted(found, key=lambda pair: (pair[0], pair[1].case.id)))


def _was_late(c: CaseAt, at: datetime) -> bool:
    """Past its time at a moment at which it was open; imported history runs under no clock."""
    case = c.case
    if case.is_imported or case.due_at is None or case.due_at > at:
        return False
    return case.paused_at is None or case.paused_at > case.due_at


def _late_words(conn: Connection, c: CaseAt, at: datetime) -> str:
    return read_clock(c.case.due_at, c.case.limit.calendar, at, working_days(conn)).text


def _stuck(conn: Connection, open_: Sequence[CaseAt], late: Sequence[CaseAt], at: datetime) -> tuple[Item, ...]:
    """What stands still and what is late, the longest first."""
    found = [(c.case.due_at or at, c.item(c.case.due_at, _late_words(conn, c, at))) for c in late]
    is_late = {c.case.id for c in late}
    for c in open_:
        if c.case.state is CaseState.SUSPENDED and c.case.paused_at and c.case.id not in is_late:
            said = f"{day_words(office_day(c.case.paused_at))}起挂账"
            found.append((c.case.paused_at, c.item(c.case.paused_at, said)))
    return tuple(item for _, item in sorted(found, key=lambda pair: (pair[0], pair[1].ref)))


def stories(conn: Connection, period: Period, at: datetime) -> tuple[Story, ...]:
    """What could be told of a span: cases closed in it or looked at again, told from their facts."""
    since, until = period.from_at, min(period.until_at, at + _MOMENT)
    checked = {c: (at, result, said) for c, at, result, said in rows.checks(conn, since, until)}
    told = {c.case.id: c for c in rows.closed(conn, since, until)} | rows.cases_by_ids(conn, checked)
    together = _together(conn, told.values())
    pairs = _pairs(conn, told.values())
    found = []
    for case_id, c in told.items():
        before, after = pairs[case_id]
        looked = checked.get(case_id)
        weight = _PAIR * bool(before and after) + _TOGETHER * (case_id in together)
        weight += _SEEN * bool(looked and looked[1] in _GOOD) + _LONG * (_days(c) >= _LONG_DAYS)
        words = _told(c, together.get(case_id, ()), looked[2] if looked else "")
        told_at = looked[0] if looked else c.case.closed_at or c.case.opened_at
        found.append(Story(case_id, c.where, kind_of(c.kind).name, words, told_at, weight, before, after))
    return tuple(sorted(found, key=lambda s: (-s.weight, s.at, s.case_id)))


def _together(conn: Connection, cases: Iterable[CaseAt]) -> dict[str, tuple[str, ...]]:
    """Which cases brought people together, and how, since they were opened."""
    whole = list(cases)
    if not whole:
        return {}
    since = min(c.case.opened_at for c in whole) - timedelta(days=1)
    until = max(c.case.closed_at or c.case.opened_at for c in whole) + timedelta(days=1)
    found: dict[str, tuple[str, ...]] = {}
    for case_id, at in rows.responses(conn, since, until):
        found[case_id] = (*found.get(case_id, ()), f"{day_words(office_day(at))}红色响应")
    for case_id, at in rows.councils(conn, since, until):
        found[case_id] = (*found.get(case_id, ()), f"{day_words(office_day(at))}三方议事会")
    return found


def _told(c: CaseAt, together: Sequence[str], looked: str) -> str:
    case = c.case
    source = ISSUE_SOURCE_NAMES.get(IssueSource(c.source), "") if c.source in set(IssueSource) else ""
    parts = [f"{day_words(office_day(case.opened_at))}{source}记下", *together]
    if case.closed_at:
        days = _days(c)
        parts.append(f"{day_words(office_day(case.closed_at))}办结，" + (f"前后{days}天" if days else "当天办完"))
    words = f"{c.where}{kind_of(c.kind).name}：{'，'.join(parts)}。"
    return f"{words}回访：{looked}。" if looked else words


def _days(c: CaseAt) -> int:
    return (office_day(c.case.closed_at) - office_day(c.case.opened_at)).days if c.case.closed_at else 0


def _pairs(conn: Connection, cases: Iterable[CaseAt]) -> dict[str, tuple[StoryPhoto | None, StoryPhoto | None]]:
    """Of each case the first picture taken as found and the last taken when it was done."""
    whole = list(cases)
    of_issue = store_photos.of_records(conn, PhotoOf.ISSUE, [c.issue_id for c in whole])
    of_case = store_photos.of_records(conn, PhotoOf.CASE, [c.case.id for c in whole])
    found = {}
    for c in whole:
        own = of_case.get(c.case.id, ())
        before = [
            p for p in (*of_issue.get(c.issue_id, ()), *own) if p.purpose in (None, Purpose.BEFORE, Purpose.SURVEY)
        ]
        after = [p for p in own if p.purpose in (Purpose.AFTER, Purpose.PROOF)]
        found[c.case.id] = (_photo(before[0]) if before else None, _photo(after[-1]) if after else None)
    return found


def _photo(photo: Photo) -> StoryPhoto:
    return StoryPhoto(photo.id, photo.sha256, photo.url, photo.taken_at)
