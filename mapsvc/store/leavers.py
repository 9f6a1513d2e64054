"""Who ran a shop before, and who does now: the names and numbers that texts about it may hold."""

from collections.abc import Iterable

from sqlalchemy import Connection, exists, select

from mapsvc.domain.privacy import Leavers
from mapsvc.store.tables import person, shop, tenancy

_CHUNK = 900


def of_shops(conn: Connection, shop_ids: Iterable[str | None]) -> dict[str, Leavers]:
    """People who left each shop with their tenancy, by shop id; shops that nobody known by name left are left out."""
    wanted = sorted({i for i in shop_ids if i})
    found: dict[str, Leavers] = {}
    for start in range(0, len(wanted), _CHUNK):
        found |= _leavers(conn, wanted[start : start + _CHUNK])
    return found


def by_code(conn: Connection) -> dict[str, Leavers]:
    """The same for every shop, by its code."""
    found = _leavers(conn, None)
    codes = {row.id: row.code for row in conn.execute(select(shop.c.id, shop.c.code))} if found else {}
    return {codes[shop_id]: people for shop_id, people in found.items()}


def _leavers(conn: Connection, shop_ids: list[str] | None) -> dict[str, Leavers]:
    other = tenancy.alias()
    changed = exists().where(other.c.shop_id == tenancy.c.shop_id, other.c.ended_on.is_not(None))
    ask = (
        select(tenancy.c.shop_id, tenancy.c.ended_on, person.c.name, person.c.phone)
        .join(person, person.c.id == tenancy.c.merchant_id)
        .where(person.c.erased_at.is_(None), changed)
        .order_by(tenancy.c.shop_id, tenancy.c.id)
    )
    if shop_ids is not None:
        ask = ask.where(tenancy.c.shop_id.in_(shop_ids))
    gone: dict[str, list[tuple[str, str]]] = {}
    here: dict[str, list[str]] = {}
    for row in conn.execute(ask):
        if row.ended_on is None:
            here.setdefault(row.shop_id, []).extend((row.name, row.phone or ""))
        else:
            gone.setdefault(row.shop_id, []).append((row.name, row.phone or ""))
    return {
        shop_id: Leavers.of((name for name, _ in some), (phone for _, phone in some), here.get(shop_id, ()))
        for shop_id, some in gone.items()
    }
