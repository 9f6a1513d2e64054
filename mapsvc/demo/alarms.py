"""What early detection is to find: cables that had gone and are back, lorries that blocked the doors for ten days."""

from datetime import datetime, timedelta

from mapsvc.demo.issues import Casebook, at_door, at_place
from mapsvc.demo.rows import Rows
from mapsvc.demo.street import Street
from mapsvc.demo.visits import at_office
from mapsvc.domain.times import office_day
from mapsvc.domain.watches import AFTER_EFFECT

SHED, CABLES = "PD0004", "L0010"
SHED_BAD_DAYS = (158, 150, 143, 136, 128, 121, 114, 106)
SHED_SEEN_DAYS, SHED_BACK_DAYS = 84, (12, 8, 5, 2)
LANE, LANE_BACK_DAYS, RUBBISH = "PD0003", (32, 28, 24), "06010"
LORRIES, LORRY_DAYS = "L0004", (311, 310, 307, 306, 304, 302, 301)
_LORRY_NUMBERS = (190, 240)
_SOURCES = ("resident", "merchant", "hotline", "card")
_CABLES = ("从窗口拉线下来充电", "充电棚旁边拉了两根线", "晚上飞线充电，没人管")
_LORRIES = ("工地的卡车停在店门口", "渣土车堵住了门，进不了货", "卡车又排在路边，客人过不来")


def add_alarms(rows: Rows, street: Street, book: Casebook) -> None:
    """Add them to a street that has everything else; drawn last, so that the rest stays as it is."""
    _lane(rows, street, book)
    _shed(rows, street, book)
    _lorries(rows, street, book)


def _lane(rows: Rows, street: Street, book: Casebook) -> None:
    """Voices in the weeks in which the lane's heap came back, whatever chance says of the others."""
    worker = next(door.worker_id for door in street.doors if door.street == "岚皋西路")
    for n, days in enumerate(LANE_BACK_DAYS):
        at = _ago(rows, days, 19 + n % 2, 25)
        told = book.report(at_place(street.places[LANE], worker), RUBBISH, at, "弄口又堆了两袋", _SOURCES[n])
        book.handle(told, 3.0, "清了，跟弄口店家说了一声")
    for watch in rows.tables["watch"]:
        if watch["origin"] == "effect" and watch["place_id"] == street.places[LANE]["id"]:
            watch["is_relapsed"] = True


def _shed(rows: Rows, street: Street, book: Casebook) -> None:
    """Cables for two months, gone since sockets were put in, seen gone; two weeks ago the first one was back."""
    place = street.places[SHED]
    worker = next(door.worker_id for door in street.doors if door.street == "岚皋路" and door.number > 400)
    spot = at_place(place, worker)
    for n, days in enumerate((*SHED_BAD_DAYS, *SHED_BACK_DAYS)):
        at = _ago(rows, days, 19 + n % 3, 7 * n % 60)
        told = book.report(spot, CABLES, at, _CABLES[n % len(_CABLES)], _SOURCES[n % len(_SOURCES)])
        book.handle(told, 14.0, "线收了，跟车主说过")
    seen = _ago(rows, SHED_SEEN_DAYS, 15, 40)
    check = rows.add(
        "effect_check", case_id=None, run_id=None, place_id=place["id"], shop_id=None, visit_id=None, result="gone",
        satisfaction=None, told_by="seen", note="新装的十二个充电口都在用，没有飞线了", actor_id=street.secretary_id,
        at=seen, received_at=seen,
    )  # fmt: skip
    where = {"place_id": place["id"], "location_id": place["location"]["id"]}
    rows.event("effect", check["id"], seen, actor_id=street.secretary_id, **where)
    rows.add(
        "watch", origin="effect", ref=check["id"], kind=CABLES, text="回访看到没有了", from_at=seen,
        until_at=seen + AFTER_EFFECT, is_relapsed=True, made_by=street.secretary_id, made_at=seen, **where,
    )  # fmt: skip


def _lorries(rows: Rows, street: Street, book: Casebook) -> None:
    """Ten months ago a building site's lorries waited along one stretch for ten days, then no more."""
    low, high = _LORRY_NUMBERS
    doors = [d for d in street.doors if d.street == "岚皋西路" and d.number % 2 == 0 and low <= d.number <= high]
    for n, days in enumerate(LORRY_DAYS if doors else ()):
        at = _ago(rows, days, 8 + n % 9, 9 * n % 60)
        told = book.report(
            at_door(doors[-1 if n % 2 else 0]), LORRIES, at, _LORRIES[n % len(_LORRIES)], _SOURCES[n % len(_SOURCES)]
        )
        book.handle(told, 3.0, "和工地说好，卡车在场地里等")


def _ago(rows: Rows, days: int, hour: int, minute: int) -> datetime:
    return at_office(office_day(rows.now) - timedelta(days=days), hour, minute)
