"""Watches 关注: opened by what happened or by an effect that should last, and what is reported within them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import uuid4

from sqlalchemy import Connection

from mapsvc.domain.actors import Actor
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.places import Place
from mapsvc.domain.times import to_second
from mapsvc.domain.watches import AFTER_EFFECT, REACH_M, Watch, WatchOrigin, words_on_case
from mapsvc.errors import Conflict, NotFound
from mapsvc.operations.workspace import Workspace
from mapsvc.store import audit, places, watches
from mapsvc.store.watches import Placed, Report

_EVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class News:
    """A report within a watch; `words` as the case says it."""

    watch: Watch
    case_id: str
    issue_id: str
    at: datetime
    words: str


@dataclass(frozen=True)
class WatchLine:
    """A watch in the list: of which place, and how many reports it saw."""

    watch: Watch
    place: Place | None
    news: tuple[News, ...]

    @property
    def is_relapse(self) -> bool:
        """Whether what was better is back."""
        return self.watch.origin is WatchOrigin.EFFECT and bool(self.news)


def open_watch(
    conn: Connection,
    actor: Actor,
    *,
    origin: WatchOrigin,
    text: str,
    from_at: datetime,
    until_at: datetime | None,
    at: datetime,
    ref: str | None = None,
    case_id: str | None = None,
    place_id: str | None = None,
    location_id: str | None = None,
    kind: str | None = None,
) -> Watch:
    """Open a watch in the caller's transaction; the one that `ref` opened before is taken up again.

    Parameters
    ----------
    text : str
        After what, as the case says it: 撤桶后, 回访看到好转.
    until_at : datetime or None
        None while what opened it still goes on.
    location_id : str, optional
        Its middle; without one only reports of the very place or case are seen.
    kind : str, optional
        The kind of issue to look for (of origin context: the kind of what happened); None: any.
    """
    before = watches.of_ref(conn, ref) if ref else None
    if before is not None:
        after = replace(before, text=text, from_at=from_at, until_at=until_at, kind=kind, ended_at=None)
        watches.change(
            conn, before.id, text=text, from_at=from_at, until_at=until_at, kind=kind, ended_at=None,
            place_id=place_id, location_id=location_id,
        )  # fmt: skip
    else:
        after = Watch(
            str(uuid4()), origin, text, from_at, at, ref, case_id, place_id, location_id, kind, until_at,
            made_by=actor.person_id,
        )  # fmt: skip
        watches.add(conn, after)
    audit.append(conn, actor, "open_watch", "watch", after.id, before, after, at)
    return after


def open_relapse_watch(
    conn: Connection,
    actor: Actor,
    check_id: str,
    words: str,
    at: datetime,
    *,
    case_id: str | None = None,
    place_id: str | None = None,
    location_id: str | None = None,
    kind: str | None = None,
) -> Watch:
    """Look for its coming back for 90 days, after an effect check said it is `words` (好转, 没有了)."""
    return open_watch(
        conn, actor, origin=WatchOrigin.EFFECT, text=f"回访看到{words}", from_at=at, until_at=at + AFTER_EFFECT,
        at=at, ref=check_id, case_id=case_id, place_id=place_id, location_id=location_id, kind=kind,
    )  # fmt: skip


def heed(conn: Connection, case_id: str) -> list[News]:
    """What a report that just came in means to the watches: those of an effect are marked as relapsed.

    To be called in the transaction that wrote the report.
    """
    seen = of_cases(conn, [case_id]).get(case_id, [])
    for one in seen:
        if one.watch.origin is WatchOrigin.EFFECT and not one.watch.is_relapsed:
            watches.change(conn, one.watch.id, is_relapsed=True)
    return seen


def heed_all(conn: Connection, at: datetime) -> None:
    """The same for many reports at once, as an import brings them: to be called in its transaction."""
    waiting = [
        p for p in watches.on_between(conn, at, at) if p.watch.origin is WatchOrigin.EFFECT and not p.watch.is_relapsed
    ]
    for line in lines(conn, waiting):
        if line.news:
            watches.change(conn, line.watch.id, is_relapsed=True)


def of_cases(conn: Connection, case_ids: Iterable[str]) -> dict[str, list[News]]:
    """By case: the watches within which it was reported."""
    wanted = sorted(set(case_ids))
    reports = watches.reports(conn, _EVER, wanted) if wanted else []
    found: dict[str, list[News]] = {}
    for one in _seen(conn, reports):
        found.setdefault(one.case_id, []).append(one)
    return found


def news(conn: Connection, since: datetime) -> list[News]:
    """What came in since then within a watch, the latest first."""
    return sorted(_seen(conn, watches.reports(conn, since, by_arrival=True)), key=lambda n: n.at, reverse=True)


def reported_within(conn: Connection, since: datetime) -> set[str]:
    """Ids of the cases reported since then within a watch that something that happened had opened."""
    seen = _seen(conn, watches.reports(conn, since))
    return {one.case_id for one in seen if one.watch.origin is WatchOrigin.CONTEXT}


def list_watches(ws: Workspace, actor: Actor) -> tuple[WatchLine, ...]:
    """What is watched now, the earliest first.

    Raises
    ------
    Forbidden
    """
    require(actor, Action.SEE_MAP)
    at = to_second(ws.clock())
    with ws.read() as conn:
        return lines(conn, [p for p in watches.on_between(conn, at, at) if p.watch.is_on(at)])


def lines(conn: Connection, placed: list[Placed]) -> tuple[WatchLine, ...]:
    """Watches with their places and the reports they saw."""
    known = places.by_ids(conn, (p.watch.place_id for p in placed))
    first = min((p.watch.from_at for p in placed), default=None)
    reports = watches.reports(conn, first) if first else []
    return tuple(
        WatchLine(
            p.watch,
            known.get(p.watch.place_id or ""),
            tuple(_news(p.watch, r) for r in reports if _is_within(p, r)),
        )
        for p in placed
    )


def end_watch(ws: Workspace, actor: Actor, watch_id: str) -> Watch:
    """No longer look at it.

    Raises
    ------
    NotFound, Forbidden
    Conflict
        If it was ended before.
    """
    require(actor, Action.EDIT_CONTEXT)
    at = to_second(ws.clock())
    with ws.write() as conn:
        before = watches.by_id(conn, watch_id)
        if before is None:
            raise NotFound("没有这项关注，请刷新后再看。", field="watch", code="unknown_watch")
        if before.ended_at is not None:
            raise Conflict("这项关注已经结束了。", field="watch", code="ended")
        after = replace(before, ended_at=at)
        watches.change(conn, watch_id, ended_at=at)
        audit.append(conn, actor, "end_watch", "watch", watch_id, before, after, at)
    return after


def _seen(conn: Connection, reports: list[Report]) -> list[News]:
    if not reports:
        return []
    first, last = reports[0].happened_at, reports[-1].happened_at
    placed = watches.on_between(conn, first, last)
    return [_news(p.watch, r) for r in reports for p in placed if _is_within(p, r)]


def _news(watch: Watch, report: Report) -> News:
    return News(watch, report.case_id, report.id, report.happened_at, words_on_case(watch, report.happened_at))


def _is_within(placed: Placed, report: Report) -> bool:
    from mapsvc.geo.local import distance_m

    watch = placed.watch
    if not watch.is_on(report.happened_at) or not watch.looks_for(report.kind):
        return False
    # What opened it is no news of it.
    if watch.case_id == report.case_id and report.happened_at <= watch.from_at:
        return False
    if report.location_id == watch.location_id or (watch.place_id and report.place_id == watch.place_id):
        return True
    if placed.lon is None or placed.lat is None or report.lon is None or report.lat is None:
        return False
    return distance_m(placed.lon, placed.lat, report.lon, report.lat) <= (placed.radius_m or REACH_M)
