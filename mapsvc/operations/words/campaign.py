"""政策进商铺 on the timeline: what was told at a door, and what came of it."""

from collections.abc import Sequence

from sqlalchemy import Connection

from mapsvc.domain.campaigns import UPTAKE_NAMES
from mapsvc.domain.history import Words
from mapsvc.domain.privacy import mask_phones_in
from mapsvc.store import campaigns
from mapsvc.store.events import Event


def load(conn: Connection, events: Sequence[Event]) -> dict[int, Words]:
    """政策进商铺 · 子女入园 · 想办."""
    doors = campaigns.doors_by_ids(conn, (e.ref for e in events))
    about = campaigns.by_ids(conn, (d.campaign_id for d in doors.values()))
    found = {}
    for event in events:
        door = doors.get(event.ref)
        if door is not None:
            one = about[door.campaign_id]
            came = [UPTAKE_NAMES[door.uptake]] if door.uptake else []
            title = " · ".join(["政策进商铺", mask_phones_in(one.title), *came])
            found[event.id] = Words(title, f"上门说了：{mask_phones_in(one.words)}", state=door.uptake or "told")
    return found
