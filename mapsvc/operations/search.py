"""Searching as one types: shops, places, cases by number, and addresses that nobody has a record at."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from sqlalchemy import Connection

from mapsvc.domain.actors import Actor
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.places import Location
from mapsvc.errors import MapsvcError
from mapsvc.operations.workspace import Workspace
from mapsvc.store import issues, places, search, shops

MOST = 50
_HAS_NUMBER = re.compile(r"\d")


@dataclass(frozen=True)
class Hit:
    """Something found; `type` is shop, place, case or address."""

    type: str
    code: str
    title: str
    subtitle: str
    lon: float | None
    lat: float | None
    url: str


def find(ws: Workspace, actor: Actor, q: str, limit: int = 12) -> tuple[Hit, ...]:
    """What `q` may mean, best first, in a stable order; an address that can be placed comes after the records."""
    require(actor, Action.SEE_MAP)
    q = q.strip()
    if not q:
        return ()
    address = _address(ws, q)
    with ws.read() as conn:
        entries = _entries(conn, q, limit)
        if not entries and address:
            # A door with more behind it, as it is written on an envelope: who is at that door.
            entries = _entries(conn, address.title, limit)
        hits = _with_positions(conn, entries)
    if address and not any(hit.type == "shop" and address.title in hit.subtitle for hit in hits):
        hits = [*hits[: limit - 1], address]
    return tuple(hits)


def _entries(conn: Connection, q: str, limit: int) -> list[search.Entry]:
    # Who types a door wants the door, however many cases there were at it.
    doors = search.find(conn, q, limit, ("shop", "place"))
    cases = search.find(conn, q, limit, ("case",))
    named = [case for case in cases if case.code.lower() == q.lower()]
    return [*named, *doors, *(case for case in cases if case not in named)][:limit]


def _with_positions(conn: Connection, entries: Sequence[search.Entry]) -> list[Hit]:
    refs = {kind: [e.ref for e in entries if e.kind == kind] for kind in search.KINDS}
    spots: dict[tuple[str, str], Location] = {}
    spots |= {("shop", i): s.location for i, s in shops.by_ids(conn, refs["shop"]).items()}
    spots |= {("place", i): p.location for i, p in places.by_ids(conn, refs["place"]).items()}
    first = issues.of_cases(conn, refs["case"])
    found = issues.found_by_ids(conn, [i.id for i in first.values()])
    spots |= {("case", case_id): found[i.id].location for case_id, i in first.items() if i.id in found}
    return [_hit(e, spots[(e.kind, e.ref)]) for e in entries if (e.kind, e.ref) in spots]


def _hit(entry: search.Entry, where: Location) -> Hit:
    code = entry.ref if entry.kind == "case" else entry.code
    subtitle = " ".join(part for part in (entry.code, entry.subtitle) if part)
    url = f"/{entry.kind}s/{quote(code, safe='')}"
    return Hit(entry.kind, entry.code, entry.title, subtitle, where.lon, where.lat, url)


def _address(ws: Workspace, q: str) -> Hit | None:
    if not _HAS_NUMBER.search(q):
        return None
    try:
        parsed = ws.gazetteer.parse_address(q)
        spot = ws.gazetteer.locate(parsed)
    except MapsvcError:
        # Half a word is no address yet; search says nothing about it.
        return None
    note = spot.note or f"误差约{spot.error_m:.0f}米"
    url = f"/?lon={spot.lon:.6f}&lat={spot.lat:.6f}"
    return Hit("address", "", parsed.label, f"按门牌推算，{note}", spot.lon, spot.lat, url)
