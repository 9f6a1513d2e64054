"""沉默商户 as points: doors met three times or more within a year where nothing was voiced."""

from collections.abc import Hashable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mapsvc.domain.times import month_start, office_day
from mapsvc.maps.snapshots import Mask, Snapshot
from mapsvc.maps.sources.ask import Ask
from mapsvc.maps.sources.points import PointSource, identifiers, rows_of
from mapsvc.operations.silent import silent_ids
from mapsvc.store import snapshots as store_snapshots

_LAYERS = ("shops", "needs", "enquiries", "issues")


class Silent(PointSource):
    """Source `silent`; no filter applies to it."""

    def revision(self, ask: Ask) -> int:
        """Changes of shops, calls, and of what merchants say."""
        return ask.revision(*_LAYERS)

    def snapshot(self, ask: Ask) -> Snapshot:
        """The silent shops that have a position."""
        day = office_day(ask.at)

        def load() -> Snapshot:
            with ask.ws.read() as conn:
                return Snapshot.of(store_snapshots.load_shops(conn, day, silent_ids(conn, ask.at)))

        return ask.snapshots.get("silent", (self.revision(ask), day), load)

    def scope(self, ask: Ask, snapshot: Snapshot) -> Hashable:
        """The day: a year ago moves on."""
        return office_day(ask.at)

    def mask(self, ask: Ask, snapshot: Snapshot) -> Mask | None:
        """All."""
        return None

    def describe(self, ask: Ask, snapshot: Snapshot, index: NDArray[np.intp]) -> list[dict[str, Any] | None]:
        """Code, sign and address of the shop."""
        ids = identifiers(snapshot, index)
        with ask.ws.read() as conn:
            found = store_snapshots.shop_details(conn, ids, month_start(ask.at), office_day(ask.at))
        return [
            row and {"shop": row.code, "name": row.sign_name or "", "address": row.address or ""}
            for row in rows_of(found, ids)
        ]
