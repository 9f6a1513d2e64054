"""不方便的时间: when a merchant does not want to be called on; said on a call or by themselves, gone with them."""

from dataclasses import replace
from datetime import date
from uuid import uuid4

from sqlalchemy import Connection

from mapsvc.domain import quiet_hours as rules
from mapsvc.domain.actors import Actor
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.privacy import mask_phones_in
from mapsvc.domain.quiet_hours import QuietHours, QuietSource
from mapsvc.domain.shops import Shop
from mapsvc.domain.times import office_day, to_second
from mapsvc.errors import Conflict, NotFound, Refused
from mapsvc.operations.workspace import Workspace
from mapsvc.store import audit, shops
from mapsvc.store import quiet_hours as store


def say(
    ws: Workspace,
    actor: Actor,
    shop_code: str,
    weekday: int | None,
    from_minute: int,
    until_minute: int,
    text: str = "",
    source: QuietSource = QuietSource.TOLD,
    quiet_id: str | None = None,
) -> QuietHours:
    """Write down when nobody should come; said before, nothing changes.

    Parameters
    ----------
    weekday : int or None
        0 Monday … 6; None: every day.
    from_minute, until_minute : int
        Minutes of the office's day.
    quiet_id : str, optional
        The client's id: the same again changes nothing.

    Raises
    ------
    NotFound, Forbidden
    Refused
        Times that cannot be, nobody runs the shop, too many lines.
    """
    require(actor, Action.KEEP_QUIET_HOURS)
    rules.require_sound(weekday, from_minute, until_minute, text.strip())
    at = to_second(ws.clock())
    with ws.write() as conn:
        return say_within(
            conn, actor, _shop(ws, conn, shop_code),
            QuietHours(
                quiet_id or str(uuid4()), "", from_minute, until_minute, source, at, weekday,
                mask_phones_in(text.strip()) or None, actor.person_id,
            ),
        )  # fmt: skip


def say_within(conn: Connection, actor: Actor, shop: Shop, told: QuietHours) -> QuietHours:
    """As `say`, in the caller's transaction, by whoever may: `told` without its tenancy."""
    if shop.tenancy is None:
        raise Refused("这里现在没有店家，等新店来了再记。", field="shop", code="nobody_there")
    new = replace(told, tenancy_id=shop.tenancy.id)
    before = store.by_id(conn, new.id)
    if before is not None:
        return before
    known = store.of_tenancy(conn, shop.tenancy.id)
    for one in known:
        if (one.weekday, one.from_minute, one.until_minute) == (new.weekday, new.from_minute, new.until_minute):
            return one
    if len(known) >= rules.MOST_LINES:
        raise Refused(f"一家最多记{rules.MOST_LINES}条，请先去掉不用的。", field="from", code="too_many")
    store.add(conn, new)
    audit.append(conn, actor, "say_quiet_hours", "quiet_hours", new.id, None, new, new.made_at)
    return new


def end(ws: Workspace, actor: Actor, quiet_id: str) -> QuietHours:
    """It no longer holds; ended before, nothing changes. Raises NotFound, Forbidden."""
    require(actor, Action.KEEP_QUIET_HOURS)
    at = to_second(ws.clock())
    with ws.write() as conn:
        before = _get(conn, quiet_id)
        if before.ended_at is not None:
            return before
        after = replace(before, ended_at=at)
        store.end(conn, quiet_id, at)
        audit.append(conn, actor, "end_quiet_hours", "quiet_hours", quiet_id, before, after, at)
    return after


def restore(ws: Workspace, actor: Actor, quiet_id: str) -> QuietHours:
    """It holds after all.

    Raises
    ------
    NotFound, Forbidden
    Conflict
        Who said it runs the shop no longer.
    """
    require(actor, Action.KEEP_QUIET_HOURS)
    at = to_second(ws.clock())
    with ws.write() as conn:
        before = _get(conn, quiet_id)
        if before.ended_at is None:
            return before
        shop = _shop(ws, conn, store.code_of(conn, before.tenancy_id) or "")
        if shop.tenancy is None or shop.tenancy.id != before.tenancy_id:
            raise Conflict("店已经换了人，原来店家说的不再算。", code="tenancy_ended")
        after = replace(before, ended_at=None)
        store.end(conn, quiet_id, None)
        audit.append(conn, actor, "restore_quiet_hours", "quiet_hours", quiet_id, before, after, at)
    return after


def of_shop(ws: Workspace, actor: Actor, shop_code: str) -> tuple[QuietHours, ...]:
    """What who runs the shop now asked for. Raises NotFound, Forbidden."""
    require(actor, Action.SEE_MAP)
    with ws.read() as conn:
        _shop(ws, conn, shop_code)
        return tuple(store.in_force(conn, [shop_code]).get(shop_code, ()))


def shop_of(ws: Workspace, actor: Actor, quiet_id: str) -> str:
    """Code of the shop that a line is about. Raises NotFound, Forbidden."""
    require(actor, Action.SEE_MAP)
    with ws.read() as conn:
        return store.code_of(conn, _get(conn, quiet_id).tenancy_id) or ""


def of_day(conn: Connection, day: date) -> dict[str, tuple[QuietHours, ...]]:
    """What holds on the office's `day`, by code of the shop; shops that asked for nothing are left out."""
    found = {code: tuple(one for one in some if one.holds_on(day)) for code, some in store.in_force(conn).items()}
    return {code: some for code, some in found.items() if some}


def _shop(ws: Workspace, conn: Connection, code: str) -> Shop:
    found = shops.by_code(conn, code, office_day(ws.clock()))
    if found is None:
        raise NotFound(f"没有编号为{code[:40]}的商铺，请核对编号。", field="shop", code="unknown_shop")
    return found


def _get(conn: Connection, quiet_id: str) -> QuietHours:
    found = store.by_id(conn, quiet_id)
    if found is None:
        raise NotFound("没有这条不方便的时间，请刷新后再看。", field="id", code="unknown_quiet_hours")
    return found
