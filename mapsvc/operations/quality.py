"""数据质量: what should be looked at in the ledgers, in numbers that open their rows; never counted per person."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from mapsvc.domain.actors import Actor
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.privacy import NOBODY_LEFT, Leavers, visible_text
from mapsvc.errors import NotFound
from mapsvc.operations.ledgers.positions import FAR_M
from mapsvc.operations.workspace import Workspace
from mapsvc.store import bulk, leavers
from mapsvc.store import quality as store

_YEAR = timedelta(days=365)
FAR = "far_from_address"


@dataclass(frozen=True)
class Check:
    """A question about the data.

    Attributes
    ----------
    of : str
        What it counts: ``shop``, ``visit``, ``case`` or ``enquiry``.
    advice : str
        What to do, or how to take it.
    """

    code: str
    title: str
    of: str
    advice: str


CHECKS: tuple[Check, ...] = (
    Check(
        "identical_texts",
        "走访内容一字不差",
        "visit",
        f"同一句话出现{store.REPEATED_FROM}次以上。有事写事，没事可以不写。",
    ),
    Check("grades_without_meeting", "没见面却有满意度", "visit", "没开门不用填满意度。请核对是不是填错行。"),
    Check("night_visits", "夜里的走访", "visit", "时间在21点到6点之间，多半是补录时填错了钟点。"),
    Check("silent_doors", "沉默的门", "shop", "一年里见过三次以上，什么都没反映过。可以换个时间、换个话题聊聊。"),
    Check("never_met", "从没见到人", "shop", "营业中，但台账里没有见面的走访。"),
    Check("by_address_only", "只按门牌定位", "shop", "位置是按门牌推算的，走到门口时可以在地图上更正。"),
    Check("extrapolated", "门牌超出已知范围", "shop", "门牌号在已知门牌之外，位置是外推的，误差更大。"),
    Check(FAR, "坐标离地址太远", "case", f"坐标和门牌相差{FAR_M:.0f}米以上，两个里面有一个不对。"),
    Check("without_place", "没挂商铺和点位的问题", "case", "只有坐标。常出问题的地方可以建一个点位。"),
    Check("without_worker", "没有包联人的商铺", "shop", "底册里没填包联人，也不在任何片区里。"),
    Check("without_phone", "没有能拨通的电话", "shop", "营业中，没留电话或号码不全。"),
    Check("answered_without_words", "有答复时间没有答复", "enquiry", "补上答复了什么，下次有人问可以直接用。"),
    Check("open_for_long", "一个月以上没填办结", "case", "台账里没有办结时间。办完了请补上，没办完请接着办。"),
)
_BY_CODE = {check.code: check for check in CHECKS}


@dataclass(frozen=True)
class QualityNumber:
    """One number of the page: `count` of `total` things."""

    check: Check
    count: int
    total: int


@dataclass(frozen=True)
class QualityRow:
    """A row behind a number.

    Attributes
    ----------
    kind : str
        ``shop``, ``place``, ``case``, ``visit`` or ``enquiry``.
    code : str
        Code of the shop or place, number of the issue.
    url : str or None
        The page that shows it.
    """

    kind: str
    id: str
    code: str | None
    title: str
    detail: str
    at: datetime | None
    url: str | None


def quality_numbers(ws: Workspace, actor: Actor) -> list[QualityNumber]:
    """Every number of the page, in its fixed order."""
    require(actor, Action.IMPORT_LEDGER)
    now = ws.clock()
    with ws.read() as conn:
        totals = store.totals(conn)
        counts = {code: store.count(conn, code, now, now - _YEAR) for code in store.ASKS}
        counts[FAR] = len(_far(ws, conn))
    return [QualityNumber(check, counts[check.code], totals[check.of]) for check in CHECKS]


def quality_rows(ws: Workspace, actor: Actor, code: str, limit: int = 50, offset: int = 0) -> list[QualityRow]:
    """Rows behind a number, the newest first.

    Raises
    ------
    NotFound
        There is no such number.
    """
    require(actor, Action.IMPORT_LEDGER)
    if code not in _BY_CODE:
        raise NotFound("没有这一项数据质量。", code="unknown_check")
    now = ws.clock()
    with ws.read() as conn:
        if code == FAR:
            return _far(ws, conn)[offset : offset + limit]
        found = store.page(conn, code, now, now - _YEAR, limit, offset)
        left = _left(conn, found)
    return [_row(actor, row, left.get(row.id, NOBODY_LEFT)) for row in found]


def repeated_texts(ws: Workspace, actor: Actor) -> list[tuple[str, int]]:
    """The texts that stand most often on visits, with how often."""
    require(actor, Action.IMPORT_LEDGER)
    with ws.read() as conn:
        left = leavers.by_code(conn).values()
        anybody = Leavers.of((n for one in left for n in one.names), (p for one in left for p in one.phones))
        return [(visible_text(actor, row.note, None, anybody), row.n) for row in store.repeated_texts(conn)]


def _left(conn: Connection, found: Sequence[Any]) -> dict[str, Leavers]:
    """Who left the shop that a row is about, by the row's id."""
    by_code = leavers.by_code(conn)
    numbers = [row.code for row in found if row.kind == "case"] if by_code else []
    shop_of = {row.number: row.shop_id for row in bulk.issues_by_numbers(conn, numbers)}
    codes = {row.id: row.code for row in bulk.rows_by_ids(conn, "shop", filter(None, shop_of.values()))}
    code_of = {number: codes.get(shop_id or "") for number, shop_id in shop_of.items()}
    wanted = {row.id: code_of.get(row.code) if row.kind == "case" else row.code for row in found}
    return {row_id: by_code[code] for row_id, code in wanted.items() if code in by_code}


def _row(actor: Actor, row: Any, left: Leavers) -> QualityRow:
    told = visible_text(actor, row.detail, None, left)
    return QualityRow(row.kind, row.id, row.code, row.title or row.code or "", told, row.at, _url(row))


_URLS: dict[str, Callable[[Any], str | None]] = {
    "shop": lambda row: f"/shops/{row.code}",
    "place": lambda row: f"/places/{row.code}",
    "case": lambda row: f"/cases/{row.id}",
    "visit": lambda row: f"/shops/{row.code}",
    "enquiry": lambda row: f"/shops/{row.code}" if row.code else None,
}


def _url(row: Any) -> str | None:
    return _URLS[row.kind](row)


def _far(ws: Workspace, conn: Connection) -> list[QualityRow]:
    """What lies far from its own address, the farthest first."""
    from mapsvc.errors import Refused
    from mapsvc.geo.local import distance_m

    found: list[tuple[float, Any]] = []
    for row in store.given_with_address(conn):
        try:
            there = ws.gazetteer.locate(row.address or f"{row.street}{row.house_number}号")
        except Refused:
            continue
        apart_m = float(distance_m(row.lon, row.lat, there.lon, there.lat))
        if apart_m > FAR_M:
            found.append((apart_m, row))
    found.sort(key=lambda f: (-f[0], f[1].code))
    return [_told(row, apart_m) for apart_m, row in found]


def _told(row: Any, apart_m: float) -> QualityRow:
    detail = f"坐标离“{row.address}”{apart_m:.0f}米"
    return QualityRow(row.kind, row.id, row.code, row.title or row.code or "", detail, row.at, _url(row))
