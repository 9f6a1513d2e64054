"""One street's story in a store: the leak at 27号, a changed hand next door, the corner by 橙子公寓."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

from mapsvc.domain.actors import Actor, Role

if TYPE_CHECKING:
    from mapsvc.operations.workspace import Workspace

MADE_AT = datetime(2024, 6, 1, 1, tzinfo=UTC)


def uid(name: str) -> str:
    """A UUID by name: the same in every run."""
    return str(uuid5(NAMESPACE_URL, name))


@dataclass(frozen=True)
class Street:
    """Who is on the street; the shops are LT0001 (27号) and LT0002 (29号), the place PD0001."""

    chen: Actor
    zhou: Actor
    secretary: Actor
    office: Actor
    volunteer: Actor
    property: Actor


def build(ws: Workspace) -> Street:
    """Fill an empty store."""
    from mapsvc.domain.people import Person, PersonKind
    from mapsvc.store import people

    staff = {"chen": "小陈", "zhou": "小周", "wang": "王书记"}
    with ws.write() as conn:
        for key, nickname in staff.items():
            people.add(conn, Person(uid(key), PersonKind.STAFF, nickname, nickname, created_at=MADE_AT))
    with ws.write() as conn:
        _shops(conn)
        _place(conn)
    return Street(
        Actor(uid("chen"), "小陈", Role.WORKER),
        Actor(uid("zhou"), "小周", Role.WORKER),
        Actor(uid("wang"), "王书记", Role.SECRETARY),
        Actor(None, "办公室", Role.OFFICE),
        Actor(None, "志愿者", Role.VOLUNTEER),
        Actor(None, "物业", Role.PROPERTY),
    )


def _shops(conn: object) -> None:
    from mapsvc.domain.people import Person, PersonKind
    from mapsvc.domain.places import Location, LocationKind, PositionSource
    from mapsvc.domain.shops import Assignment, AssignmentSource, Shop, ShopState, Tenancy
    from mapsvc.operations.shops import index_shop
    from mapsvc.store import events, people, shops

    doors = (("LT0001", "锦云家纺", "岚皋西路27号", 27, "徐女士", "13812345678", "chen"),
             ("LT0002", "海燕花店", "岚皋西路29号", 29, "刘小燕", "17500001111", "zhou"))  # fmt: skip
    for code, sign, address, number, merchant, phone, worker in doors:
        people.add(conn, Person(uid(merchant), PersonKind.MERCHANT, merchant, phone=phone, created_at=MADE_AT))
        where = Location(
            uid(f"loc {code}"), LocationKind.SHOP, 121.4205 - number * 1e-5, 31.2501, PositionSource.ADDRESS, 15.0,
            None, address, "岚皋西路", number, "odd", 20.0 + number,
        )  # fmt: skip
        tenancy = Tenancy(uid(f"ten {code}"), uid(code), sign, "零售", uid(merchant), started_on=date(2024, 6, 1))
        shop = Shop(
            uid(code), code, where, ShopState.OPEN, 30.0, None, 1, MADE_AT, MADE_AT, tenancy
        )  # fmt: skip
        shops.add(conn, shop)
        shops.add_assignment(
            conn, Assignment(uid(f"as {code}"), shop.id, uid(worker), AssignmentSource.ROW, date(2024, 6, 1))
        )
        index_shop(conn, shop)
        events.append(conn, type="tenancy", ref=tenancy.id, at=MADE_AT, shop_id=shop.id, tenancy_id=tenancy.id)


def _place(conn: object) -> None:
    from mapsvc.domain.places import Location, LocationKind, Place, PositionSource
    from mapsvc.store import places

    where = Location(uid("loc PD0001"), LocationKind.PLACE, 121.419941, 31.251599, PositionSource.GIVEN, 10.0)
    places.add(conn, Place(uid("PD0001"), "PD0001", "橙子公寓旁空地", where, "空地", "街道", None, 1, MADE_AT, MADE_AT))


def many_visits(ws: Workspace, n: int, at: datetime, each: Callable[[int], timedelta]) -> None:
    """`n` visits of 小陈 at LT0001, the i-th `each(i)` before `at`, as an import writes them."""
    from mapsvc.domain.visits import Outcome, Visit, VisitKind, VisitSource
    from mapsvc.store import events, visits

    with ws.write() as conn:
        for i in range(n):
            made = Visit(
                uid(f"visit {i}"), uid("LT0001"), VisitKind.REGULAR, Outcome.MET, at - each(i), at, uid("ten LT0001"),
                uid("chen"), "了解经营情况", "satisfied", None, source=VisitSource.LEDGER,
            )  # fmt: skip
            visits.add(conn, made)
            events.append(
                conn, type="visit", ref=made.id, at=made.happened_at, shop_id=made.shop_id,
                tenancy_id=made.tenancy_id, actor_id=made.worker_id,
            )  # fmt: skip
