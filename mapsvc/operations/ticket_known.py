"""What the block knew before somebody rang 12345 (先发现): finds the evidence and keeps it with the ticket."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import Connection

from mapsvc.domain.found_first import (
    HOW,
    NEAR_M,
    OF_ONE_DOOR,
    OPEN_DAYS,
    SETTLED_DAYS,
    Evidence,
    first_of,
    sentence,
)
from mapsvc.domain.tickets import Ticket, kind_in
from mapsvc.operations.workspace import Workspace
from mapsvc.store import issues, needs, tickets, visits

_DEGREES_PER_M = 1.2e-5
REFRESH_DAYS = 400


def settle_known(conn: Connection, ids: Iterable[str]) -> int:
    """Look anew at what was known before the calls of these tickets; returns how many were written."""
    changed = []
    for found in tickets.found_by_ids(conn, ids).values():
        one = found.ticket
        best = evidence_of(conn, one, found.lon, found.lat)
        told = (best.type, best.ref, best.at) if best else (None, None, None)
        if told != (one.known_type, one.known_ref, one.known_at):
            changed.append((one.id, *told))
    tickets.set_known(conn, changed)
    return len(changed)


def refresh_known(ws: Workspace) -> int:
    """Look anew at the tickets of the last year: records come in late, and some are taken back."""
    with ws.read() as conn:
        ids = tickets.ids_since(conn, ws.clock() - timedelta(days=REFRESH_DAYS))
    if not ids:
        return 0
    with ws.write() as conn:
        return settle_known(conn, ids)


def evidence_of(conn: Connection, one: Ticket, lon: float | None, lat: float | None) -> Evidence | None:
    """The record that shows it was known before the call; None without one."""
    if one.kind is None or one.location_id is None:
        return None
    since = one.called_at - timedelta(days=max(OPEN_DAYS, SETTLED_DAYS))
    found = _issues(conn, one, lon, lat, since)
    if one.shop_id:
        since = one.called_at - timedelta(days=SETTLED_DAYS)
        needs = tickets.needs_known(conn, one.shop_id, since, one.called_at)
        visits = tickets.visits_known(conn, one.shop_id, since, one.called_at)
        for of, rows in (("need", needs), ("visit", visits)):
            found += [Evidence(of, row.id, row.at) for row in rows if kind_in(row.text) == one.kind]
    return first_of(found, one.called_at)


def _issues(conn: Connection, one: Ticket, lon: float | None, lat: float | None, since: datetime) -> list[Evidence]:
    from mapsvc.geo.local import distance_m

    reach = NEAR_M * _DEGREES_PER_M
    box = (lon - reach, lat - reach, lon + reach, lat + reach) if lon is not None and lat is not None else (0, 0, 0, 0)
    assert one.kind is not None
    found = []
    for row in tickets.issues_known(conn, one.kind, since, one.called_at, one.shop_id, one.place_id, box):
        same = (row.shop_id and row.shop_id == one.shop_id) or (row.place_id and row.place_id == one.place_id)
        if not same:
            if lon is None or lat is None or row.lon is None or row.lat is None:
                continue
            if row.shop_id and one.shop_id and one.kind in OF_ONE_DOOR:
                continue
            if float(distance_m(lon, lat, row.lon, row.lat)) > NEAR_M:
                continue
        found.append(Evidence("issue", row.id, row.happened_at, row.source, row.closed_at, True))
    return found


def known_words(conn: Connection, some: Iterable[Ticket]) -> dict[str, str]:
    """Ticket id -> 10月8日走访已发现，早了6天; only those whose evidence is still there."""
    wanted = [t for t in some if t.known_at is not None and t.known_ref is not None]
    refs = {of: [t.known_ref for t in wanted if t.known_type == of] for of in ("issue", "need", "visit")}
    how = {issue.id: HOW.get(issue.source.value, HOW["app"]) for issue in issues.by_ids(conn, refs["issue"]).values()}
    how |= dict.fromkeys(needs.by_ids(conn, refs["need"]), HOW["need"])
    how |= dict.fromkeys(visits.by_ids(conn, refs["visit"]), HOW["visit"])
    return {
        one.id: sentence(one.known_at, one.called_at, how[one.known_ref])
        for one in wanted
        if one.known_at is not None and one.known_ref in how
    }
