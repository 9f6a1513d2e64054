"""办结公示: laid out for a span, a sentence left out by hand, frozen when made, printed again, withdrawn."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from uuid import uuid4

from sqlalchemy import Connection

from mapsvc.domain.actors import Actor
from mapsvc.domain.periods import Period
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.street_sheets import Content, Part, StreetSheet, title_of, without, written
from mapsvc.domain.times import to_second
from mapsvc.errors import Conflict, NotFound, Refused
from mapsvc.operations.workspace import Workspace
from mapsvc.store import audit
from mapsvc.store import street_sheets as store


@dataclass(frozen=True)
class Draft:
    """What would be printed for a span as things stand."""

    period: Period
    title: str
    parts: tuple[Part, ...]


def draft(ws: Workspace, actor: Actor, period: Period) -> Draft:
    """The sentences of a span, none kept yet.

    Raises
    ------
    Forbidden
    Refused
        The span has not begun.
    """
    require(actor, Action.RUN_CAMPAIGN)
    with ws.read() as conn:
        return Draft(period, title_of(period), _parts(ws, conn, period))


def make_sheet(ws: Workspace, actor: Actor, period: Period, kept: Collection[str], sheet_id: str = "") -> StreetSheet:
    """Freeze the sentences whose keys are `kept`: what changes later does not change the sheet.

    The same id again changes nothing.

    Raises
    ------
    Forbidden
    Refused
        No sentence is left, or the span has not begun.
    """
    require(actor, Action.RUN_CAMPAIGN)
    at = to_second(ws.clock())
    with ws.write() as conn:
        known = store.by_id(conn, sheet_id) if sheet_id else None
        if known is not None:
            return known
        parts = without(_parts(ws, conn, period), kept)
        if not parts:
            raise Refused("一句都没有留下，没有可以公示的；请至少勾一句。", field="keep", code="nothing_left")
        content = Content(ws.settings.block_name, period.words, parts, ws.settings.office_phone)
        made = StreetSheet(
            sheet_id or str(uuid4()), title_of(period), period.first, period.last, content, at, actor.person_id
        )
        store.add(conn, made)
        audit.append(conn, actor, "make_street_sheet", "street_sheet", made.id, None, content.to_json(), at)
    return made


def list_sheets(ws: Workspace, actor: Actor) -> tuple[StreetSheet, ...]:
    """The sheets there are, the latest made first. Raises Forbidden."""
    require(actor, Action.SEE_CAMPAIGN)
    with ws.read() as conn:
        return tuple(store.newest(conn))


def get_sheet(ws: Workspace, actor: Actor, sheet_id: str) -> StreetSheet:
    """A sheet as it was printed. Raises NotFound, Forbidden."""
    require(actor, Action.SEE_CAMPAIGN)
    with ws.read() as conn:
        return _get(conn, sheet_id)


def withdraw(ws: Workspace, actor: Actor, sheet_id: str) -> StreetSheet:
    """It is to hang no longer; withdrawn before, nothing changes. Raises NotFound, Forbidden."""
    return _withdrawn(ws, actor, sheet_id, is_back=False)


def restore(ws: Workspace, actor: Actor, sheet_id: str) -> StreetSheet:
    """It hangs after all. Raises NotFound, Forbidden, and Conflict where another one of the span was made since."""
    return _withdrawn(ws, actor, sheet_id, is_back=True)


def _withdrawn(ws: Workspace, actor: Actor, sheet_id: str, *, is_back: bool) -> StreetSheet:
    require(actor, Action.RUN_CAMPAIGN)
    at = to_second(ws.clock())
    with ws.write() as conn:
        before = _get(conn, sheet_id)
        if (before.withdrawn_at is None) is is_back:
            return before
        span = (before.from_day, before.until_day)
        others = [one for one in store.newest(conn) if (one.from_day, one.until_day) == span and not one.withdrawn_at]
        if is_back and others:
            raise Conflict("这段时间又做过一张，原来的不再贴；要用请先撤下新的。", code="replaced")
        after = replace(before, withdrawn_at=None if is_back else at)
        store.withdraw(conn, sheet_id, after.withdrawn_at)
        act = "restore_street_sheet" if is_back else "withdraw_street_sheet"
        audit.append(conn, actor, act, "street_sheet", sheet_id, before.withdrawn_at, after.withdrawn_at, at)
    return after


def _parts(ws: Workspace, conn: Connection, period: Period) -> tuple[Part, ...]:
    now = ws.clock()
    if period.from_at > now:
        raise Refused("这段时间还没到，请选已经开始的。", field="from", code="ahead")
    found = store.facts(conn, period.from_at, min(period.until_at, now), now)
    return written(found, ws.gazetteer.numbers.keys(), now)


def _get(conn: Connection, sheet_id: str) -> StreetSheet:
    found = store.by_id(conn, sheet_id)
    if found is None:
        raise NotFound("没有这张公示，请刷新后再看。", code="unknown_street_sheet")
    return found
