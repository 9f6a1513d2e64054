"""温馨提示: written, changed, printed, taken down when their time is over."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import uuid4

from sqlalchemy import Connection

from mapsvc.domain import notices as rules
from mapsvc.domain.actors import Actor
from mapsvc.domain.notices import Notice
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.times import office_day, to_second
from mapsvc.errors import Conflict, NotFound
from mapsvc.operations.case_steps import place_of_case
from mapsvc.operations.places import find_place
from mapsvc.operations.workspace import Workspace
from mapsvc.store import audit, events, issues, notices, places


@dataclass(frozen=True)
class NewNotice:
    """What a sign is to say, and of which place (code) or case (id) it is."""

    title: str
    text: str
    from_day: date
    until_day: date
    signed: str = ""
    place: str | None = None
    case: str | None = None


@dataclass(frozen=True)
class NoticeLine:
    """A notice with where it hangs; `place_code` leads to the place's page."""

    notice: Notice
    where: str
    place_code: str | None
    is_past: bool


def add_notice(ws: Workspace, actor: Actor, new: NewNotice) -> Notice:
    """Write a sign.

    Raises
    ------
    NotFound, Forbidden
    Refused
        Beside the fields: nothing to say, too long, an end before the beginning.
    """
    require(actor, Action.RUN_PLAYBOOK)
    at = to_second(ws.clock())
    with ws.write() as conn:
        place_id = find_place(conn, new.place).id if new.place else None
        made = Notice(
            str(uuid4()), new.title, new.text, new.from_day, new.until_day, at, new.signed or None, None, new.case,
            place_id, None, None, actor.person_id,
        )  # fmt: skip
        return put_up(conn, actor, made)


def put_up(conn: Connection, actor: Actor, notice: Notice) -> Notice:
    """Store a sign with its line in the history, in the caller's transaction; raises as `add_notice`."""
    rules.require_sound(notice.title, notice.text, notice.signed or "", notice.from_day, notice.until_day)
    if notice.case_id and not notice.place_id:
        where = place_of_case(conn, notice.case_id)
        if where.location_id is None:
            raise NotFound("没有这件案件，请刷新后再看。", field="case", code="unknown_case")
        notice = replace(notice, place_id=where.place_id, shop_id=where.shop_id)
    notice = replace(notice, title=notice.title.strip(), text=notice.text.strip())
    notices.add(conn, notice)
    _tell(conn, actor, notice, notice.made_at)
    audit.append(conn, actor, "add_notice", "notice", notice.id, None, notice, notice.made_at)
    return notice


def change_notice(
    ws: Workspace, actor: Actor, notice_id: str, title: str, text: str, signed: str, from_day: date, until_day: date
) -> Notice:
    """Change what a sign says, or let it hang longer.

    Raises
    ------
    NotFound, Forbidden, Refused
    Conflict
        If it was taken down.
    """
    require(actor, Action.RUN_PLAYBOOK)
    rules.require_sound(title, text, signed, from_day, until_day)
    at = to_second(ws.clock())
    with ws.write() as conn:
        before = _get(conn, notice_id)
        if not before.is_up:
            raise Conflict("这张提示已经撤下，要再贴请新写一张。", code="taken_down")
        after = replace(
            before,
            title=title.strip(),
            text=text.strip(),
            signed=signed.strip() or None,
            from_day=from_day,
            until_day=until_day,
        )
        notices.change(
            conn, notice_id, title=after.title, text=after.text, signed=after.signed, from_day=from_day,
            until_day=until_day,
        )  # fmt: skip
        audit.append(conn, actor, "change_notice", "notice", notice_id, before, after, at)
    return after


def take_down(ws: Workspace, actor: Actor, notice_id: str, *, again: bool = False) -> Notice:
    """已撤下: it hangs no more; or (`again`) it hangs after all.

    Raises
    ------
    NotFound, Forbidden
    """
    require(actor, Action.EDIT_CONTEXT)
    at = to_second(ws.clock())
    with ws.write() as conn:
        before = _get(conn, notice_id)
        if before.is_up is again:
            return before
        after = replace(before, taken_down_at=None if again else at)
        notices.take_down(conn, notice_id, after.taken_down_at)
        if again:
            events.forget(conn, [notice_id], before.taken_down_at)
        else:
            _tell(conn, actor, after, at)
        audit.append(
            conn, actor, "hang_notice" if again else "take_down_notice", "notice", notice_id, before, after, at
        )
    return after


def get_notice(ws: Workspace, actor: Actor, notice_id: str) -> NoticeLine:
    """One with where it hangs; raises NotFound, Forbidden."""
    require(actor, Action.SEE_MAP)
    with ws.read() as conn:
        return lines(conn, [_get(conn, notice_id)], office_day(ws.clock()))[0]


def list_notices(ws: Workspace, actor: Actor) -> tuple[NoticeLine, ...]:
    """All that are up, those past their time first.

    Raises
    ------
    Forbidden
    """
    require(actor, Action.SEE_MAP)
    with ws.read() as conn:
        return lines(conn, notices.up(conn), office_day(ws.clock()))


def to_take_down(conn: Connection, day: date) -> tuple[NoticeLine, ...]:
    """What should come down by `day`, the longest over first."""
    return lines(conn, notices.past(conn, day), day)


def lines(conn: Connection, some: list[Notice], day: date) -> tuple[NoticeLine, ...]:
    """Notices with where they hang, in the order given."""
    known = places.by_ids(conn, (n.place_id for n in some))
    of_case = issues.of_cases(conn, (n.case_id for n in some if n.case_id and n.place_id not in known))
    found = []
    for one in some:
        place = known.get(one.place_id or "")
        issue = of_case.get(one.case_id or "")
        where = place.name if place else issue.number if issue else ""
        found.append(NoticeLine(one, where, place.code if place else None, one.is_past(day)))
    return tuple(found)


def _tell(conn: Connection, actor: Actor, notice: Notice, at: datetime) -> None:
    events.append(
        conn, type="notice", ref=notice.id, at=at, shop_id=notice.shop_id, place_id=notice.place_id,
        case_id=notice.case_id, actor_id=actor.person_id,
    )  # fmt: skip


def _get(conn: Connection, notice_id: str) -> Notice:
    found = notices.by_id(conn, notice_id)
    if found is None:
        raise NotFound("没有这张提示，请刷新后再看。", field="notice", code="unknown_notice")
    return found
