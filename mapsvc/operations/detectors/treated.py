"""Where something was done that held: places and shops with the day from which they should be quiet."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Connection

from mapsvc.domain.effects import RESULT_NAMES, EffectCheck, Result
from mapsvc.domain.times import day_start, office_day
from mapsvc.domain.watches import WatchOrigin
from mapsvc.store import bulk, effects, places, playbooks, shops, watches

_EVER = datetime(1970, 1, 1, tzinfo=UTC)
_Spot = tuple[str, str]


@dataclass(frozen=True)
class Turn:
    """Something that was done or found at a spot.

    Attributes
    ----------
    began, ended : date
        First and last day of it: a playbook's run, or the day of a look that found it gone or better.
    words : str
        How it is said before 后: 用过治理样板“垃圾死角”, 回访看到好了.
    kinds : tuple of str
        Kinds it was meant for; empty: whatever was reported most.
    holds : bool
        False for a look that found it as bad as ever: then nothing is over.
    playbook : str or None
        Its code.
    is_of_case : bool
        Only one case was looked at after its closing, not what was done about the place.
    """

    began: date
    ended: date
    words: str
    kinds: tuple[str, ...] = ()
    holds: bool = True
    playbook: str | None = None
    is_of_case: bool = False


@dataclass(frozen=True)
class Spot:
    """A place or a shop where something was done, with its turns, the earliest first; WGS-84 degrees."""

    code: str
    name: str
    place_id: str | None
    shop_id: str | None
    location_id: str
    lon: float
    lat: float
    turns: tuple[Turn, ...]


def spots(conn: Connection, until: date) -> list[Spot]:
    """All that had been done and was known by the end of `until`, by code."""
    end = day_start(until + timedelta(days=1))
    found: dict[_Spot, list[Turn]] = defaultdict(list)
    _runs(conn, end, found)
    _checks(conn, end, found)
    _watches(conn, end, found)
    known_places = places.by_ids(conn, (key[1] for key in found if key[0] == "place"))
    known_shops = shops.by_ids(conn, (key[1] for key in found if key[0] == "shop"))
    made = []
    for (_, ref), turns in found.items():
        place, shop = known_places.get(ref), known_shops.get(ref)
        where = place.location if place else shop.location if shop else None
        if where is None or where.lon is None or where.lat is None:
            continue
        ordered = tuple(sorted(turns, key=lambda t: (t.ended, t.began, t.words)))
        at = (where.id, where.lon, where.lat, ordered)
        if place:
            made.append(Spot(place.code, place.name, ref, None, *at))
        elif shop:
            # Called by its door, not by the name of who trades there.
            made.append(Spot(shop.code, where.address or "", None, ref, *at))
    return sorted(made, key=lambda spot: spot.code)


def _runs(conn: Connection, end: datetime, found: dict[_Spot, list[Turn]]) -> None:
    over = [run for run in playbooks.runs_of(conn) if run.ended_at is not None and run.ended_at < end]
    known = playbooks.by_ids(conn, (run.playbook_id for run in over))
    for run in over:
        content = known[run.playbook_id].content
        key = _key(run.place_id, run.shop_id)
        if key and run.ended_at:
            words = f"用过治理样板“{content.name}”"
            began, ended = office_day(run.started_at), office_day(run.ended_at)
            found[key].append(Turn(began, ended, words, tuple(content.kinds), playbook=content.code))


def _checks(conn: Connection, end: datetime, found: dict[_Spot, list[Turn]]) -> None:
    looked = [check for check in effects.between(conn, _EVER, end) if check.received_at < end]
    first: dict[str, tuple[_Spot | None, str]] = {}
    rows = bulk.rows_by_ids(conn, "issue", [c.case_id for c in looked if c.case_id], "case_id")
    for row in sorted(rows, key=lambda r: (r.happened_at, r.id)):
        first.setdefault(row.case_id, (_key(row.place_id, row.shop_id), row.kind))
    for check in looked:
        key, kind = first.get(check.case_id or "", (_key(check.place_id, check.shop_id), ""))
        if key:
            day = office_day(check.at)
            found[key].append(
                Turn(
                    day, day, _check_words(check), (kind,) if kind else (), check.eases, is_of_case=bool(check.case_id)
                )
            )


def _watches(conn: Connection, end: datetime, found: dict[_Spot, list[Turn]]) -> None:
    """What is watched for a relapse without a look of its own in the store, as an import brings it."""
    opened = [one.watch for one in watches.on_between(conn, _EVER, end) if one.watch.origin is WatchOrigin.EFFECT]
    known = effects.by_ids(conn, (watch.ref for watch in opened))
    for watch in opened:
        key, day = _key(watch.place_id, None), office_day(watch.from_at)
        if key and watch.made_at < end and watch.ref not in known:
            found[key].append(Turn(day, day, watch.text, watch.kinds))


def _check_words(check: EffectCheck) -> str:
    return f"回访看到{'没有了' if check.result is Result.GONE else RESULT_NAMES[check.result]}"


def _key(place_id: str | None, shop_id: str | None) -> _Spot | None:
    return ("place", place_id) if place_id else ("shop", shop_id) if shop_id else None
