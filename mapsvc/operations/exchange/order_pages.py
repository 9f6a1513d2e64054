"""Orders as their pages on the public surface show them: what the order's own page shows, and nothing else."""

from collections import defaultdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from mapsvc.domain.orders import Order
from mapsvc.domain.photos import Photo
from mapsvc.domain.surface import key_of
from mapsvc.domain.times import iso
from mapsvc.operations.order_sheets import dead_of, sheet_within
from mapsvc.operations.workspace import Workspace
from mapsvc.store import orders, photos, surface_items
from mapsvc.store.surface_items import REFUSED, SurfaceItem

DEAD_FOR = timedelta(days=30)
"""How long a dead link still says why it is dead."""
MOST_PICTURES = 200
_PER_SIDE = 2
_PREFIX = "o"


def pages(conn: Connection, ws: Workspace, at: datetime) -> tuple[tuple[dict[str, Any], ...], dict[str, Path]]:
    """The page of every order with a link that is live or died lately, and the pictures they show.

    Returns
    -------
    pages : tuple of dict
    pictures : dict
        Name on the page -> file, of the latest orders where there are too many.
    """
    refused: dict[str, list[SurfaceItem]] = defaultdict(list)
    for item in surface_items.of_orders(conn, at - DEAD_FOR):
        if item.outcome == REFUSED and item.ref:
            refused[item.ref].append(item)
    pictures: dict[str, Path] = {}
    found = []
    for order in reversed(orders.ending_after(conn, at - DEAD_FOR)):
        why = dead_of(conn, order, at)
        if why is not None:
            found.append({"key": key_of(order.token), "dead": why.value})
        else:
            found.append(_page(conn, ws, order, refused[order.id], pictures))
    return tuple(reversed(found)), pictures


def _page(
    conn: Connection, ws: Workspace, order: Order, refused: list[SurfaceItem], pictures: dict[str, Path]
) -> dict[str, Any]:
    sheet = sheet_within(ws, conn, order)
    return {
        "key": key_of(order.token),
        "number": order.number,
        "to_unit": order.to_unit,
        "where": sheet.where,
        "what": sheet.what,
        "state": order.state.value,
        "made_at": iso(order.made_at),
        "due_at": iso(order.due_at) if order.due_at else None,
        "expires_at": iso(order.expires_at),
        "paused": order.paused_case,
        "before": _names(ws, sheet.before, pictures),
        "after": _names(ws, sheet.after, pictures),
        "steps": [{"action": s.action.value, "at": iso(s.at), "said": said} for s, said in sheet.steps],
        "refused": [{"at": iso(item.said_at), "reason": item.reason or ""} for item in refused],
    }


def _names(ws: Workspace, some: tuple[Photo, ...], pictures: dict[str, Path]) -> list[str]:
    names = []
    for photo in some[:_PER_SIDE]:
        file = photos.file_of(ws.folder, photo.sha256)
        if len(pictures) < MOST_PICTURES and file.is_file():
            # Not the picture itself but a small one of it: a name of its own.
            name = _PREFIX + photo.sha256[len(_PREFIX) :]
            pictures[name] = file
            names.append(name)
    return names
