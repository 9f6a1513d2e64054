"""Issues as points: the kind, the state of the case, and the ring it is drawn with."""

from collections.abc import Hashable, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mapsvc.domain.cases import OPEN_STATES, CaseState
from mapsvc.domain.kinds import kind_of
from mapsvc.domain.times import iso, office_day
from mapsvc.maps.mercator import Ints
from mapsvc.maps.query import RINGS
from mapsvc.maps.snapshots import Mask, Snapshot
from mapsvc.maps.sources.ask import Ask
from mapsvc.maps.sources.points import PointSource, identifiers, labels_of, rows_of
from mapsvc.store import snapshots as store_snapshots

_STATES = frozenset({*CaseState, *RINGS, "open", "all"})
_ON_MAP = ("open", "follow_up")
_OF_THE_CLOCK = frozenset({"new", "overdue"})


class Issues(PointSource):
    """Source `issues`: without a filter of state, what is open or waits for its return visit."""

    kind = "kind"

    def revision(self, ask: Ask) -> int:
        """Changes of issues and cases; of assignments too if asked by worker."""
        return ask.revision("issues", "shops") if ask.query.workers else ask.revision("issues")

    def snapshot(self, ask: Ask) -> Snapshot:
        """All issues with a position."""
        day = office_day(ask.at)
        name, version = ("issues_by_worker", (self.revision(ask), day)) if ask.query.workers else ("issues", None)

        def load() -> Snapshot:
            with ask.ws.read() as conn:
                columns = store_snapshots.load_issues(conn, day if ask.query.workers else None)
            return Snapshot.of(columns, self.kind)

        return ask.snapshots.get(name, version or self.revision(ask), load)

    def scope(self, ask: Ask, snapshot: Snapshot) -> Hashable:
        """Filters, and how many deadlines have passed: with the same revision the same number is the same set."""
        return self.filters(ask, snapshot), _deadlines_passed(ask, snapshot)

    def filters(self, ask: Ask, snapshot: Snapshot) -> Hashable:
        """The filters; the clock too where one of them is about being late."""
        query, states = ask.query, _states(ask)
        late = _deadlines_passed(ask, snapshot) if _OF_THE_CLOCK & set(states) else None
        return states, query.kinds, query.sources, query.workers, query.since, query.until, late

    def mask(self, ask: Ask, snapshot: Snapshot) -> Mask | None:
        """By state or ring, kind, source, worker and time of happening."""
        query = ask.query
        passed = self.in_states(snapshot, _states(ask), ask.at)
        if query.kinds:
            passed &= snapshot.is_one_of("kind", query.kinds)
        if query.sources:
            passed &= snapshot.is_one_of("source", query.sources)
        if query.workers:
            passed &= snapshot.is_one_of("worker", query.workers)
        happened = snapshot.time("happened")
        if query.since:
            passed &= happened >= int(query.since.timestamp())
        if query.until:
            passed &= happened < int(query.until.timestamp())
        return None if passed.all() else passed

    @staticmethod
    def in_states(snapshot: Snapshot, states: Sequence[str], at: datetime) -> Mask:
        """Which issues are in one of these states or rings at that time; open, all and words of shops count too."""
        passed = np.zeros(len(snapshot), dtype=bool)
        for state in states:
            passed |= _in_state(snapshot, state, at)
        return passed

    def describe(self, ask: Ask, snapshot: Snapshot, index: NDArray[np.intp]) -> list[dict[str, Any] | None]:
        """The properties of the contract; `id` is the case's, which is what a click opens."""
        ids = identifiers(snapshot, index)
        with ask.ws.read() as conn:
            found = store_snapshots.issue_details(conn, ids)
        columns = zip(
            rows_of(found, ids),
            labels_of(snapshot, "kind", index),
            labels_of(snapshot, "state", index),
            labels_of(snapshot, "source", index),
            _rings(snapshot, index, ask.at),
            snapshot.time("happened")[index].tolist(),
            strict=True,
        )
        return [
            row
            and {
                "id": row.case_id,
                "number": row.number,
                "kind": kind,
                "kind_name": kind_of(kind).short_name,
                "state": state,
                "ring": ring,
                "at": iso(datetime.fromtimestamp(at, UTC)),
                "place": " ".join(part for part in (row.address, row.place_name) if part),
                "shop": row.shop_code,
                "source": source,
            }
            for row, kind, state, source, ring, at in columns
        ]


def _states(ask: Ask) -> tuple[str, ...]:
    return tuple(state for state in ask.query.states if state in _STATES) or _ON_MAP


def _open(snapshot: Snapshot) -> Mask:
    return snapshot.is_one_of("state", tuple(OPEN_STATES))


def _overdue(snapshot: Snapshot, at: datetime) -> Mask:
    """Open and past its time; of a suspended case the time counts up to its suspension."""
    stopped = np.minimum(snapshot.time("paused"), int(at.timestamp()))
    return _open(snapshot) & (stopped > snapshot.time("due"))


def _deadlines_passed(ask: Ask, snapshot: Snapshot) -> int:
    return int(np.searchsorted(_deadlines(snapshot), int(ask.at.timestamp())))


def _deadlines(snapshot: Snapshot) -> Ints:
    """The deadlines of open cases whose clock runs, ascending; each makes one case overdue when it passes."""
    if "deadlines" not in snapshot.memo:
        runs = _open(snapshot) & (snapshot.time("paused") == store_snapshots.NEVER)
        snapshot.memo["deadlines"] = np.sort(snapshot.time("due")[runs])
    return snapshot.memo["deadlines"]


def _follow_up(snapshot: Snapshot) -> Mask:
    waits: Mask = snapshot.time("return_due") != store_snapshots.NEVER
    return waits


def _in_state(snapshot: Snapshot, state: str, at: datetime) -> Mask:
    if state == "all":
        return np.ones(len(snapshot), dtype=bool)
    if state == "open":
        return _open(snapshot)
    if state == "follow_up":
        return _follow_up(snapshot)
    if state == "overdue":
        return _overdue(snapshot, at)
    if state == "new":
        return snapshot.is_one_of("state", (CaseState.REPORTED,)) & ~_overdue(snapshot, at)
    return snapshot.is_one_of("state", (state,))


def _rings(snapshot: Snapshot, index: NDArray[np.intp], at: datetime) -> list[str]:
    """new | handling | overdue | follow_up, or closed for what is over and done with."""
    due, paused, waits = (snapshot.time(name)[index].tolist() for name in ("due", "paused", "return_due"))
    now = int(at.timestamp())
    rings = []
    for i, state in enumerate(labels_of(snapshot, "state", index)):
        if state not in OPEN_STATES:
            rings.append("closed" if waits[i] == store_snapshots.NEVER else "follow_up")
        elif min(paused[i], now) > due[i]:
            rings.append("overdue")
        else:
            rings.append("new" if state == CaseState.REPORTED else "handling")
    return rings
