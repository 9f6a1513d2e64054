"""An enquiry turned into a need, a case or a promise, in one act with what the merchant is told."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from mapsvc.domain import enquiry_moves as moves
from mapsvc.domain import needs as need_rules
from mapsvc.domain import topics
from mapsvc.domain.actors import Actor
from mapsvc.domain.enquiries import Enquiry, StepKind
from mapsvc.domain.enquiry_moves import INTO_NAMES, Into
from mapsvc.domain.enquiry_reading import may_turn
from mapsvc.domain.issues import IssueSource
from mapsvc.domain.kinds import kind_named
from mapsvc.domain.needs import Need, Way
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.times import OFFICE_ZONE, office_day, to_second
from mapsvc.errors import Refused
from mapsvc.operations.enquiry_steps import get, keep, require_version, require_worker, step
from mapsvc.operations.issues import NewIssue, at_shop, file_issue
from mapsvc.operations.promises import NewPromise, make_promise_within
from mapsvc.operations.workspace import Workspace
from mapsvc.store import audit, cases, events, ids, needs, shops


@dataclass(frozen=True)
class Turning:
    """What an enquiry is turned into.

    Attributes
    ----------
    text : str
        What is to be done, in words that others may read: the merchant's own were for few.
    told : str
        What the merchant is told where nobody answered yet; empty: a sentence that says what became of it.
    kind : str
        Of a case: the kind of issue by code, name or synonym.
    due_at : datetime or None
        Of a promise or need: by when.
    handler_name : str
        Of a need: who sees to it.
    """

    into: Into
    text: str
    told: str = ""
    kind: str = ""
    due_at: datetime | None = None
    handler_name: str = ""


def turn(ws: Workspace, actor: Actor, enquiry_id: str, new: Turning, version: int) -> Enquiry:
    """Turn an enquiry into work; it keeps the link, and the merchant's line says what became of it.

    Raises
    ------
    NotFound, Forbidden
    Refused
        No shop, no words, no kind, or a day that has gone by.
    Conflict
        It was turned into the same before, or somebody else was faster.
    """
    require(actor, Action.LOG_ENQUIRY)
    at = to_second(ws.clock())
    with ws.write() as conn:
        before, owner = get(conn, actor, enquiry_id, at)
        if not may_turn(actor, before, owner):
            require_worker(actor, before, owner)
        require_version(before, version)
        ref = ids.of("turned", before.id, new.into)
        if before.shop_id is None:
            raise Refused("先选好是哪家店，再转办。", field="shop", code="shop_missing")
        if not new.text.strip():
            raise Refused("要办什么，请写一句。", field="text", code="text_missing")
        ref, words = _MAKERS[new.into](conn, actor, before, new, ref, at)
        after = moves.turn(before, new.into, ref, new.told.strip() or words, actor.person_id, at)
        made = step(after, StepKind.TURNED, at, actor, f"转成{INTO_NAMES[new.into]}")
        keep(conn, actor, before, after, made, "turn_enquiry", at, is_told=True)
    return after


def usual_words(into: Into, due_at: datetime | None = None) -> str:
    """What the merchant is told where nothing else is typed."""
    by = f"{_day(due_at)}前" if due_at else ""
    if into is Into.CASE:
        return f"您说的已经立案，正在办。{f'{by}办好，' if by else ''}办好了告诉您。"
    if into is Into.PROMISE:
        return f"答应您{by or '尽快'}办好，办好了告诉您。"
    return f"记下了，{f'{by}给您回话。' if by else '有了结果告诉您。'}"


def _need(conn: Connection, actor: Actor, one: Enquiry, new: Turning, ref: str, at: datetime) -> tuple[str, str]:
    if needs.by_id(conn, ref) is None:
        assert one.shop_id is not None
        made = Need(ref, one.shop_id, new.text.strip(), one.asked_at, one.topic or topics.OTHER, None, one.tenancy_id)
        due_at = to_second(new.due_at) if new.due_at else None
        if new.handler_name.strip() or due_at is not None:
            made = need_rules.hand_on(made, None, new.handler_name.strip() or None, due_at, at)
            assert made.way is Way.HANDED_ON
        needs.add_many(conn, [made])
        events.append(
            conn, type="need", ref=ref, at=one.asked_at, shop_id=one.shop_id, tenancy_id=one.tenancy_id,
            actor_id=actor.person_id,
        )  # fmt: skip
        audit.append(conn, actor, "make_need", "need", ref, None, made, at)
    return ref, usual_words(Into.NEED, new.due_at)


def _case(conn: Connection, actor: Actor, one: Enquiry, new: Turning, ref: str, at: datetime) -> tuple[str, str]:
    if not one.is_urgent:
        require(actor, Action.REPORT_ISSUE)
    if not new.kind.strip():
        raise Refused("立案要选是哪一类问题。", field="kind", code="kind_missing")
    kind, code = kind_named(new.kind), _code(conn, one, at)
    issue = NewIssue(ref, kind.code, new.text, IssueSource.MERCHANT, one.asked_at, shop=code)
    filed = file_issue(conn, actor, issue, kind, at_shop(conn, code, at), at)
    case = cases.by_id(conn, filed.case_id)
    return filed.case_id, usual_words(Into.CASE, case.due_at if case else None)


def _promise(conn: Connection, actor: Actor, one: Enquiry, new: Turning, ref: str, at: datetime) -> tuple[str, str]:
    if new.due_at is None:
        raise Refused("答应哪天办好，请选日子。", field="due_at", code="due_missing")
    made = make_promise_within(conn, actor, NewPromise(ref, new.text, new.due_at, _code(conn, one, at)), at)
    return made.id, usual_words(Into.PROMISE, made.due_at)


_MAKERS = {Into.NEED: _need, Into.CASE: _case, Into.PROMISE: _promise}


def _code(conn: Connection, one: Enquiry, at: datetime) -> str:
    shop = shops.by_id(conn, one.shop_id or "", office_day(at))
    assert shop is not None  # a shop is never removed
    if one.tenancy_id is not None and (shop.tenancy is None or shop.tenancy.id != one.tenancy_id):
        raise Refused("问的人已经不在这家店了，不能再替他转办。", field="shop", code="tenancy_ended")
    return shop.code


def _day(at: datetime | None) -> str:
    if at is None:
        return ""
    day = at.astimezone(OFFICE_ZONE)
    return f"{day.month}月{day.day}日"
