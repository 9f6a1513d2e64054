"""What merchants need: the list of what is open, how each ends, and that the merchant is told."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from mapsvc.domain import needs as rules
from mapsvc.domain import topics
from mapsvc.domain.actors import Actor
from mapsvc.domain.issues import IssueSource
from mapsvc.domain.kinds import kind_named
from mapsvc.domain.needs import Need, Way
from mapsvc.domain.permissions import Action, may, require
from mapsvc.domain.privacy import NOBODY_LEFT, visible_text
from mapsvc.domain.promises import Promise
from mapsvc.domain.times import office_day, to_second
from mapsvc.errors import Conflict, NotFound, Refused
from mapsvc.operations.issues import NewIssue, Where, file_issue
from mapsvc.operations.workspace import Workspace
from mapsvc.store import audit, cases, events, ids, leavers, needs, people, promises, shops
from mapsvc.store.needs import NeedAt

UNTOLD_DAYS = 90
"""What was settled longer ago is no news any more."""


@dataclass(frozen=True)
class NeedLine:
    """A need in a list, as this reader may see it; `who` sees to it."""

    need: Need
    shop_code: str
    door: str
    text: str
    who: str | None
    is_late: bool


@dataclass(frozen=True)
class UntoldLine:
    """Something that was done and that the merchant does not know of yet: a need settled or a promise kept."""

    type: str
    id: str
    shop_code: str
    door: str
    text: str
    outcome: str
    done_at: datetime


@dataclass(frozen=True)
class OpenNeeds:
    """What is open, what is late first; `by_topic` counts all that is open, `staff` are those it can be given to."""

    lines: tuple[NeedLine, ...]
    by_topic: tuple[tuple[str, int], ...]
    total: int
    late: int
    untold: int
    staff: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Handling:
    """How a need is to end.

    Attributes
    ----------
    handler_id, handler_name : str, optional
        转交办: who sees to it: one of the staff, or anybody by name.
    due_at : datetime, optional
        转交办: by when.
    kind : str, optional
        攻坚办: the kind of the issue it becomes, by code, name or synonym.
    outcome : str
        当场办, 解释清楚: what was done or said.
    """

    way: Way
    handler_id: str | None = None
    handler_name: str | None = None
    due_at: datetime | None = None
    kind: str | None = None
    outcome: str = ""


def open_needs(ws: Workspace, actor: Actor, topic: str | None = None) -> OpenNeeds:
    """What is still to be done for those who run the shops now.

    Raises
    ------
    Forbidden
    Refused
        No such topic.
    """
    require(actor, Action.WORK_CASE)
    if topic is not None and topic not in topics.NAMES:
        raise Refused(
            f"没有“{topic[:40]}”这个主题，可选：{'、'.join(topics.NAMES)}。", field="topic", code="unknown_topic"
        )
    at = ws.clock()
    with ws.read() as conn:
        found = needs.open_ones(conn)
        here = [one for one in found if topic is None or (one.need.topic or topics.OTHER) == topic]
        lines = _lines(conn, actor, here, at)
        untold = len(_untold(conn, actor, at))
        staff = tuple((p.id, p.display_name) for p in people.staff(conn) if p.left_at is None)
    per_topic = {name: sum((one.need.topic or topics.OTHER) == name for one in found) for name in topics.NAMES}
    late = sum(one.need.is_late(at) for one in found)
    ordered = sorted(lines, key=lambda line: (not line.is_late, line.need.late_from, line.need.id))
    return OpenNeeds(tuple(ordered), tuple((n, c) for n, c in per_topic.items() if c), len(found), late, untold, staff)


def untold_news(ws: Workspace, actor: Actor) -> tuple[UntoldLine, ...]:
    """What was done and nobody told the merchant, what waits longest first; raises Forbidden."""
    require(actor, Action.WORK_CASE)
    with ws.read() as conn:
        return tuple(_untold(conn, actor, ws.clock()))


def handle_need(ws: Workspace, actor: Actor, need_id: str, told: Handling) -> Need:
    """Choose the way in which a need ends, with who and by when; on the spot and explained settle it at once.

    Raises
    ------
    NotFound, Forbidden
    Conflict
        If it is settled, or somebody else was faster.
    Refused
        If who, by when, the kind or the outcome is missing.
    """

    def rule(conn: Connection, before: Need, at: datetime) -> Need:
        if told.way in rules.SETTLES:
            return rules.settle(before, told.way, told.outcome, at)
        if told.way is Way.HANDED_ON:
            if told.handler_id and told.handler_id not in people.by_ids(conn, [told.handler_id]):
                raise Refused("没有这位同事，请重新选。", field="handler_id", code="unknown_person")
            due = to_second(told.due_at) if told.due_at else None
            return rules.hand_on(before, told.handler_id, told.handler_name, due, at)
        case_id, due_at = _open_case(conn, actor, before, told.kind, at)
        return rules.take_on(before, case_id, due_at)

    return _change(ws, actor, need_id, "handle_need", rule)


def settle_need(ws: Workspace, actor: Actor, need_id: str, outcome: str, *, is_told: bool = False) -> Need:
    """A need is done, with what came of it; `is_told`: the merchant knows already. Raises as `handle_need`."""

    def rule(_: Connection, before: Need, at: datetime) -> Need:
        settled = rules.settle(before, before.way or Way.ON_THE_SPOT, outcome, at)
        return rules.tell(settled, at) if is_told else settled

    return _change(ws, actor, need_id, "settle_need", rule)


def reopen_need(ws: Workspace, actor: Actor, need_id: str) -> Need:
    """A need is not done after all; raises as `handle_need`."""
    return _change(ws, actor, need_id, "reopen_need", lambda _, before, _at: rules.reopen(before))


def tell_need(ws: Workspace, actor: Actor, need_id: str) -> Need:
    """The merchant was told what came of a need; once more changes nothing. Raises as `handle_need`."""
    return _change(ws, actor, need_id, "tell_need", lambda _, before, at: rules.tell(before, at))


def _change(
    ws: Workspace, actor: Actor, need_id: str, act: str, rule: Callable[[Connection, Need, datetime], Need]
) -> Need:
    require(actor, Action.WORK_CASE)
    at = to_second(ws.clock())
    with ws.write() as conn:
        before = needs.by_id(conn, need_id)
        if before is None:
            raise NotFound("没有这件诉求，可能已经和走访一起撤回了。", field="need", code="unknown_need")
        after = rule(conn, before, at)
        if after == before:
            return before
        if not needs.change(conn, before, after):
            raise Conflict("别人刚动过这件诉求，请刷新后再看。", code="stale")
        if act != "tell_need":
            events.append(
                conn, type="need", ref=after.id, at=after.settled_at or at, shop_id=after.shop_id,
                tenancy_id=after.tenancy_id, case_id=after.case_id, actor_id=actor.person_id,
            )  # fmt: skip
        audit.append(conn, actor, act, "need", after.id, before, after, at)
    return after


def _open_case(
    conn: Connection, actor: Actor, need: Need, kind: str | None, at: datetime
) -> tuple[str, datetime | None]:
    if need.case_id is not None or not need.is_open:
        rules.take_on(need, need.case_id or "", None)
    if not (kind or "").strip():
        raise Refused("攻坚办要立案，请选是哪一类问题。", field="kind", code="kind_missing")
    shop = shops.by_id(conn, need.shop_id, office_day(at))
    assert shop is not None  # a shop is never removed
    new = NewIssue(ids.of("issue", need.id), kind or "", need.text, IssueSource.MERCHANT, at)
    where = Where(shop.location, False, shop.id, None, shop.tenancy.id if shop.tenancy else None, shop.name)
    filed = file_issue(conn, actor, new, kind_named(new.kind), where, at)
    case = cases.by_id(conn, filed.case_id)
    return filed.case_id, case.due_at if case else None


def _lines(conn: Connection, actor: Actor, found: list[NeedAt], at: datetime) -> list[NeedLine]:
    staff = people.by_ids(conn, (one.need.handler_id for one in found))
    shown = _Shown(conn, actor, [one.need.shop_id for one in found], at)
    lines = []
    for one in found:
        handler = staff.get(one.need.handler_id or "")
        who = handler.display_name if handler else shown.text(one.need.shop_id, one.need.handler_name) or None
        text = shown.text(one.need.shop_id, one.need.text)
        lines.append(NeedLine(one.need, one.shop_code, _door(one), text, who, one.need.is_late(at)))
    return lines


def untold_at(conn: Connection, actor: Actor, shop_id: str, at: datetime) -> tuple[UntoldLine, ...]:
    """What was done for one shop and not told, for those who may tell."""
    return tuple(_untold(conn, actor, at, shop_id)) if may(actor, Action.WORK_CASE) else ()


def _untold(conn: Connection, actor: Actor, at: datetime, shop_id: str | None = None) -> list[UntoldLine]:
    since = at - timedelta(days=UNTOLD_DAYS)
    settled, kept = needs.untold(conn, since, shop_id), promises.untold(conn, since, shop_id)
    shown = _Shown(conn, actor, [*(n.need.shop_id for n in settled), *(p.promise.shop_id for p in kept)], at)
    found = [_of_need(one, shown) for one in settled] + [_of_promise(one, one.promise, shown) for one in kept]
    return sorted(found, key=lambda line: (line.done_at, line.id))


def _of_need(one: NeedAt, shown: "_Shown") -> UntoldLine:
    need = one.need
    done_at = need.settled_at or need.voiced_at
    text, outcome = shown.text(need.shop_id, need.text), shown.text(need.shop_id, need.outcome)
    return UntoldLine("need", need.id, one.shop_code, _door(one), text, outcome, done_at)


def _of_promise(one: promises.PromiseAt, made: Promise, shown: "_Shown") -> UntoldLine:
    done_at = made.kept_at or made.promised_at
    return UntoldLine(
        "promise", made.id, one.shop_code, _door(one), shown.text(made.shop_id, made.text), "办好了", done_at
    )


def _door(one: "NeedAt | promises.PromiseAt") -> str:
    return f"{one.address or one.shop_code} {one.shop_name or ''}".strip()


class _Shown:
    """Texts about shops as one reader may see them."""

    def __init__(self, conn: Connection, actor: Actor, shop_ids: list[str], at: datetime) -> None:
        wanted = set(shop_ids)
        self._actor, self._left = actor, leavers.of_shops(conn, sorted(wanted))
        workers = shops.workers_of(conn, wanted, office_day(at)) if wanted else {}
        self._owners = {shop_id: worker.id for shop_id, worker in workers.items()}

    def text(self, shop_id: str, text: str | None) -> str:
        left = self._left.get(shop_id, NOBODY_LEFT)
        return visible_text(self._actor, text, self._owners.get(shop_id), left)
