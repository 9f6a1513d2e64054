"""Places 点位 as points."""

from collections.abc import Hashable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mapsvc.domain.times import office_day
from mapsvc.maps.snapshots import Mask, Snapshot
from mapsvc.maps.sources.ask import Ask
from mapsvc.maps.sources.points import PointSource, identifiers, labels_of, rows_of
from mapsvc.store import snapshots as store_snapshots


class Places(PointSource):
    """Source `places`; no filter applies to it."""

    def revision(self, ask: Ask) -> int:
        """Changes of places."""
        return ask.revision("places")

    def snapshot(self, ask: Ask) -> Snapshot:
        """All places with a position."""

        def load() -> Snapshot:
            with ask.ws.read() as conn:
                return Snapshot.of(store_snapshots.load_places(conn, office_day(ask.at)))

        return ask.snapshots.get("places", self.revision(ask), load)

    def scope(self, ask: Ask, snapshot: Snapshot) -> Hashable:
        """Always the same."""
        return None

    def mask(self, ask: Ask, snapshot: Snapshot) -> Mask | None:
        """All."""
        return None

    def describe(self, ask: Ask, snapshot: Snapshot, index: NDArray[np.intp]) -> list[dict[str, Any] | None]:
        """Code, name, kind."""
        ids = identifiers(snapshot, index)
        with ask.ws.read() as conn:
            found = store_snapshots.place_details(conn, ids)
        kinds = labels_of(snapshot, "kind", index)
        return [
            row and {"code": row.code, "name": row.name, "kind": kind}
            for row, kind in zip(rows_of(found, ids), kinds, strict=True)
        ]
