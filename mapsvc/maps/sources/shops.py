"""Shops as points: filtered by state and worker, each saying whether somebody called this month."""

from collections.abc import Hashable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mapsvc.domain.shops import ShopState
from mapsvc.domain.times import month_start, office_day
from mapsvc.maps.snapshots import Mask, Snapshot
from mapsvc.maps.sources.ask import Ask
from mapsvc.maps.sources.points import PointSource, identifiers, labels_of, rows_of
from mapsvc.store import snapshots as store_snapshots

_STATES = frozenset(ShopState)


class Shops(PointSource):
    """Source `shops`."""

    def revision(self, ask: Ask) -> int:
        """Changes of shops, tenancies, assignments and visits."""
        return ask.revision("shops")

    def snapshot(self, ask: Ask) -> Snapshot:
        """All shops with a position, and who looks after them today."""
        day = office_day(ask.at)

        def load() -> Snapshot:
            with ask.ws.read() as conn:
                return Snapshot.of(store_snapshots.load_shops(conn, day))

        return ask.snapshots.get("shops", (self.revision(ask), day), load)

    def scope(self, ask: Ask, snapshot: Snapshot) -> Hashable:
        """State, worker, and the month for which `visited` is said."""
        return _states(ask), ask.query.workers, month_start(ask.at), office_day(ask.at)

    def mask(self, ask: Ask, snapshot: Snapshot) -> Mask | None:
        """By state and worker."""
        passed = np.ones(len(snapshot), dtype=bool)
        if states := _states(ask):
            passed &= snapshot.is_one_of("state", states)
        if ask.query.workers:
            passed &= snapshot.is_one_of("worker", ask.query.workers)
        return None if passed.all() else passed

    def describe(self, ask: Ask, snapshot: Snapshot, index: NDArray[np.intp]) -> list[dict[str, Any] | None]:
        """The properties of the contract; `name` is the sign, never a person."""
        ids = identifiers(snapshot, index)
        with ask.ws.read() as conn:
            found = store_snapshots.shop_details(conn, ids, month_start(ask.at), office_day(ask.at))
        workers = labels_of(snapshot, "worker", index)
        return [
            row
            and {
                "id": row.code,
                "code": row.code,
                "name": row.sign_name or "",
                "address": row.address or "",
                "state": row.state,
                "trade": row.trade or "",
                "worker": worker,
                "visited": bool(row.visited),
            }
            for row, worker in zip(rows_of(found, ids), workers, strict=True)
        ]


def _states(ask: Ask) -> tuple[str, ...]:
    return tuple(state for state in ask.query.states if state in _STATES)
