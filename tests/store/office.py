"""A small office in the store: shops, a place, issues, patches, people whose names and phones must not leave."""

from datetime import UTC, date, datetime, timedelta

import shapely
from sqlalchemy import Connection

from mapsvc.domain.actors import SYSTEM
from mapsvc.store import audit, events, search
from mapsvc.store import tables as t
from tests.support.clock import MONDAY_AT_NINE

PHONE = "13812345678"
LANDLINE = "021-60004636"
NICKNAME = "小欧阳"
MERCHANT = "慕容先生"
TOKEN = "ab" * 32
WORDS = f"店主{MERCHANT}电话{PHONE}说楼上漏水"
NOW = {"created_at": MONDAY_AT_NINE, "updated_at": MONDAY_AT_NINE}


def furnish(conn: Connection, shops: int = 6) -> None:
    """Fill the empty store behind `conn`."""
    _people(conn)
    _shops(conn, shops)
    _issues(conn, shops)
    _patches(conn)
    acts = [audit.Act("import", "shop", f"s-{i}", None, {"code": i}) for i in range(shops)]
    audit.append_many(conn, SYSTEM, acts, MONDAY_AT_NINE)


def _people(conn: Connection) -> None:
    made = {"created_at": MONDAY_AT_NINE}
    conn.execute(
        t.person.insert().values(id="w-1", kind="staff", name="欧阳小明", nickname=NICKNAME, phone=PHONE, **made)
    )
    conn.execute(t.person.insert().values(id="m-1", kind="merchant", name=MERCHANT, phone="13900001111", **made))
    conn.execute(t.account.insert().values(id="a-1", person_id="w-1", login="ouyang", role="worker", **made))
    conn.execute(t.token.insert().values(id=TOKEN, account_id="a-1", role="worker", label="手机", **made))


def _shops(conn: Connection, n: int) -> None:
    for i in range(n):
        address = f"岚皋西路{27 + 2 * i}号"
        conn.execute(
            t.location.insert().values(
                id=f"l-{i}", kind="shop", lon=121.42 + i / 10_000, lat=31.25, address=address, position_source="address"
            )
        )
        conn.execute(t.shop.insert().values(id=f"s-{i}", code=f"LT{i:04}", location_id=f"l-{i}", state="open", **NOW))
        sign = f"橙子{i}号店 订座{PHONE}" if i == 0 else f"橙子{i}号店"
        conn.execute(
            t.tenancy.insert().values(id=f"t-{i}", shop_id=f"s-{i}", sign_name=sign, trade="零售", merchant_id="m-1")
        )
        conn.execute(
            t.visit.insert().values(
                id=f"v-{i}",
                shop_id=f"s-{i}",
                worker_id="w-1",
                kind="regular",
                outcome="met",
                note=WORDS,
                source="app",
                happened_at=MONDAY_AT_NINE - timedelta(days=i * 9),
                received_at=MONDAY_AT_NINE,
            )
        )
        events.append(conn, type="visit", ref=f"v-{i}", at=MONDAY_AT_NINE, shop_id=f"s-{i}", actor_id="w-1")
        search.index(conn, kind="shop", ref=f"s-{i}", title=sign, subtitle=address, code=f"LT{i:04}")
    conn.execute(t.location.insert().values(id="l-none", kind="shop", address="不知道在哪"))
    conn.execute(t.shop.insert().values(id="s-none", code="LT9999", location_id="l-none", state="vacant", **NOW))
    conn.execute(t.location.insert().values(id="l-p", kind="place", lon=121.4199, lat=31.2516))
    conn.execute(
        t.place.insert().values(
            id="p-1",
            code="PD0001",
            location_id="l-p",
            name="橙子公寓旁空地",
            note=WORDS,
            responsible_unit=LANDLINE,
            **NOW,
        )
    )


def _issues(conn: Connection, n: int) -> None:
    at = datetime(2026, 11, 20, 2, tzinfo=UTC)
    for i in range(n):
        conn.execute(t.case_file.insert().values(id=f"c-{i}", state="handling", calendar="clock", opened_at=at))
        conn.execute(
            t.issue.insert().values(
                id=f"i-{i}",
                number=f"WT{i:05}",
                case_id=f"c-{i}",
                location_id=f"l-{i}",
                shop_id=f"s-{i}",
                kind="L0001",
                source="patrol",
                description=WORDS,
                note=WORDS,
                reporter_id="w-1",
                happened_at=at,
                received_at=at,
            )
        )
    # Points to one that is copied later, if copied in the order of ids.
    conn.execute(t.case_file.update().where(t.case_file.c.id == "c-0").values(merged_into=f"c-{n - 1}"))


def _patches(conn: Connection) -> None:
    version = {"source": "test", "is_illustrative": True, "created_at": MONDAY_AT_NINE}
    conn.execute(t.patch_version.insert().values(id="pv-1", valid_from=date(2026, 1, 1), **version))
    conn.execute(t.patch_version.insert().values(id="pv-2", valid_from=date(2027, 1, 1), **version))
    area = shapely.box(121.41, 31.24, 121.43, 31.26).wkb
    for version_id in ("pv-1", "pv-2"):
        code = f"P-{version_id}"
        conn.execute(
            t.patch.insert().values(
                id=code, version_id=version_id, code=code, name=f"{NICKNAME}片区", worker_id="w-1", area=area
            )
        )
