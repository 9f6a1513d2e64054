"""What a source of features is given, and what it promises."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from mapsvc.maps.manifest import Manifest
from mapsvc.maps.query import Query
from mapsvc.maps.snapshots import Snapshots
from mapsvc.operations.workspace import Workspace

MOST_SINGLE = 1_500
"""Up to this many points in view are drawn singly; above, they are clustered."""


@dataclass(frozen=True)
class Ask:
    """One question to one layer.

    Attributes
    ----------
    ws : Workspace
    manifest : Manifest or None
        None where no layer is meant, as for numbers.
    query : Query
    at : datetime
        As-of time, whole minutes, UTC.
    revisions : mapping of layer to int
        As they stood when the question came in.
    snapshots : Snapshots
    """

    ws: Workspace
    manifest: Manifest | None
    query: Query
    at: datetime
    revisions: Mapping[str, int]
    snapshots: Snapshots

    def revision(self, *layers: str) -> int:
        """Sum of the counters of these layers: it rises whenever one of them does."""
        return sum(self.revisions.get(layer, 0) for layer in layers)

    def keep(self, properties: Mapping[str, Any]) -> dict[str, Any]:
        """Only the fields that the manifest lets out."""
        assert self.manifest is not None
        return {name: properties[name] for name in self.manifest.fields if name in properties}


class Source(Protocol):
    """A kind of feature there is; a manifest names one by its key in the registry."""

    def version(self, ask: Ask) -> Hashable:
        """Everything the answer depends on besides the manifest: revision, scope, view, clock. Cheap."""

    def answer(self, ask: Ask) -> dict[str, Any]:
        """The FeatureCollection, with `revision` and `total`."""


def collection(features: list[dict[str, Any]], revision: int, total: int) -> dict[str, Any]:
    """A FeatureCollection as the page expects it."""
    return {"type": "FeatureCollection", "revision": revision, "total": total, "features": features}


def point(lon: float, lat: float, properties: dict[str, Any]) -> dict[str, Any]:
    """A point feature, to a tenth of a metre."""
    position = {"type": "Point", "coordinates": [round(lon, 6), round(lat, 6)]}
    return {"type": "Feature", "geometry": position, "properties": properties}
